import { afterEach, describe, expect, test } from 'vitest';
import { markedRules } from './iptables.ts';
import {
  keepServiceRules,
  removeServiceRules,
  type ServiceRulesOptions,
  serviceRules,
  useServiceRules,
} from './serviceRules.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const options = (address: string, port = 6443): ServiceRulesOptions => ({
  bridge: 'smptest0',
  service: { clusterIP: '10.96.0.1', port: 443, server: { address, port } },
});

const MARK = '-m comment --comment sampan:smptest0:kubernetes -j';
const MATCH = '-d 10.96.0.1/32 -p tcp -m tcp --dport 443';
const leading = (target: string) => [
  `nat PREROUTING -i smptest0 ${MATCH} ${MARK} DNAT --to-destination ${target}`,
  `nat OUTPUT ${MATCH} ${MARK} DNAT --to-destination ${target}`,
];
const texts = (given: ServiceRulesOptions) =>
  serviceRules(given).map(({ table, chain, words }) => [table, chain, ...words].join(' '));

test("pods and the host are led from the service's address to the server", () => {
  expect(texts(options('10.0.0.1'))).toEqual(leading('10.0.0.1:6443'));
});

test('where the server is at the loopback, pods reach nothing else of that', () => {
  expect(texts(options('127.0.0.1', 7443))).toEqual([
    `mangle PREROUTING -i smptest0 -d 127.0.0.0/8 ${MARK} DROP`,
    ...leading('127.0.0.1:7443'),
  ]);
});

const impediment = whyNoContainers();
describe.skipIf(impediment)('the rules of a host', () => {
  afterEach(async () => {
    await removeServiceRules('smptest0');
  });

  /** As iptables has them. */
  const targets = async () =>
    (await markedRules('nat', 'sampan:smptest0:kubernetes')).map((rule) => {
      const words = rule.split(' ');
      return `${words[0]} ${words.at(-1)}`;
    });
  const both = (target: string) => [`PREROUTING ${target}`, `OUTPUT ${target}`];

  test('are made once, however often they are asked for', async () => {
    for (let times = 0; times < 2; times++) await useServiceRules(options('10.0.0.1'));
    expect(await targets()).toEqual(both('10.0.0.1:6443'));
    expect(await removeServiceRules('smptest0')).toBe(2);
    expect(await targets()).toEqual([]);
  });

  test('lead to the server of whoever came last, and of those before to none', async () => {
    await useServiceRules(options('10.0.0.1'));
    await useServiceRules(options('10.0.0.2'));
    expect(await targets()).toEqual(both('10.0.0.2:6443'));
  });

  test('come back when somebody has taken them away', async () => {
    await useServiceRules(options('10.0.0.1'));
    await removeServiceRules('smptest0');
    await keepServiceRules(options('10.0.0.1'));
    expect(await targets()).toEqual(both('10.0.0.1:6443'));
  });

  test('of another process come first when it has come later', async () => {
    await useServiceRules(options('10.0.0.2'));
    await keepServiceRules(options('10.0.0.1'));
    expect((await targets()).filter((text) => text.startsWith('OUTPUT'))).toEqual([
      'OUTPUT 10.0.0.2:6443',
      'OUTPUT 10.0.0.1:6443',
    ]);
  });
});
