import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type { ServiceRoute } from '../../serviceRoutes.ts';
import { whyNoContainers } from '../testing/whyNoContainers.ts';
import { signsOfBridge } from './chainNames.ts';
import { presentRules, removeServiceChains } from './hostRules.ts';
import { ServiceProxy } from './serviceProxy.ts';
import { isEmpty, TABLES } from './tables.ts';
import { routeTo } from './testing/route.ts';

const run = promisify(execFile);
const BRIDGE = 'smptest1';
const NETWORK = { bridge: BRIDGE, clusterCIDR: '10.198.0.0/16', subnet: '10.198.200.0/24' };
const ROUTE = routeTo('default/web:http', '10.198.200.2:8080', '10.198.201.3:8080', '10.198.201.4:8080');

/** With everything that a service can ask for. */
const ROUTES: ServiceRoute[] = [
  ROUTE,
  { ...ROUTE, name: 'default/udp', protocol: 'UDP', clusterIP: '10.96.1.2', affinitySeconds: 60 },
  { ...ROUTE, name: 'default/sctp', protocol: 'SCTP', clusterIP: '10.96.1.3', isInternalLocal: true },
  { ...ROUTE, name: 'default/none', clusterIP: '10.96.1.4', endpoints: [], localEndpoints: [] },
  {
    ...ROUTE,
    name: 'default/outer',
    clusterIP: '10.96.1.5',
    nodePort: 32_767,
    externalIPs: ['192.0.2.1'],
    loadBalancer: { addresses: ['192.0.2.2'], sourceRanges: ['198.51.100.0/24'] },
    isExternalLocal: true,
  },
];

const aProxy = () => new ServiceProxy(async () => true);

const impediment = whyNoContainers();
describe.skipIf(impediment)('the rules of a host for services', () => {
  afterEach(async () => {
    await removeServiceChains(BRIDGE);
    await run('ip', ['link', 'delete', BRIDGE]);
  });

  const present = async () => {
    const tables = await presentRules(signsOfBridge(BRIDGE));
    return TABLES.map((table) => [...tables[table]].toSorted());
  };
  const use = (proxy: ServiceProxy, routes: ServiceRoute[], cluster = 'c') =>
    proxy.use({ cluster, routes }, NETWORK);

  test('are taken by the kernel whatever services ask for, and go without a trace', async () => {
    const proxy = aProxy();
    await use(proxy, ROUTES);
    const made = JSON.stringify(await present());
    for (const words of ['10.96.1.1', '10.96.1.2', '10.96.1.3', '10.96.1.4', '32767', '192.0.2.2'])
      expect(made).toContain(words);
    await use(proxy, []);
    expect(isEmpty(await presentRules(signsOfBridge(BRIDGE)))).toBe(true);
  });

  test('are made again when somebody has taken one away', async () => {
    const proxy = aProxy();
    await use(proxy, ROUTES);
    const before = await present();
    await run('iptables', ['-w', '-t', 'nat', '-D', 'PREROUTING', '1']);
    expect(await present()).not.toEqual(before);
    await use(proxy, ROUTES);
    expect(await present()).toEqual(before);
  });

  test('are made again also when something else changes at that time', async () => {
    const proxy = aProxy();
    await use(proxy, [ROUTE]);
    const before = await present();
    await use(proxy, ROUTES);
    await run('iptables', ['-w', '-t', 'nat', '-D', 'PREROUTING', '1']);
    await use(proxy, [ROUTE]);
    expect(await present()).toEqual(before);
  });

  test('follow what changes', async () => {
    const proxy = aProxy();
    await use(proxy, ROUTES);
    const changed = [{ ...ROUTE, endpoints: ['10.198.200.9:8080'] }];
    await use(proxy, changed);
    const followed = await present();
    await removeServiceChains(BRIDGE);
    await use(aProxy(), changed);
    expect(await present()).toEqual(followed);
  });

  test('are taken over by the next process, which leaves nothing of what is over', async () => {
    await use(aProxy(), ROUTES);
    const next = aProxy();
    await use(next, [ROUTE]);
    await removeServiceChains(BRIDGE);
    const alone = aProxy();
    await use(alone, [ROUTE]);
    const wanted = await present();
    await use(aProxy(), ROUTES);
    await use(aProxy(), [ROUTE]);
    expect(await present()).toEqual(wanted);
  });

  test('of two clusters on one host are apart', async () => {
    const [one, other] = [aProxy(), aProxy()];
    await use(one, [ROUTE], 'one');
    const before = await present();
    await use(other, ROUTES, 'other');
    await use(one, [ROUTE], 'one');
    await use(other, [], 'other');
    expect(await present()).toEqual(before);
  });

  test('that a host cannot forget connections of UDP is told once', async () => {
    const proxy = new ServiceProxy(async () => false);
    const udp = ROUTES.filter(({ protocol }) => protocol === 'UDP');
    await use(proxy, [ROUTE, ...udp]);
    await expect(use(proxy, [ROUTE])).rejects.toThrow(/there is no conntrack on this host$/);
    await use(proxy, [ROUTE, ...udp]);
    await use(proxy, [ROUTE]);
  });
});
