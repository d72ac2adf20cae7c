import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreText } from '../../src/runtime/cri/serviceProxy/restoreText.ts';
import { serviceChains } from '../../src/runtime/cri/serviceProxy/serviceChains.ts';
import { noRules } from '../../src/runtime/cri/serviceProxy/tables.ts';
import { routeTo } from '../../src/runtime/cri/serviceProxy/testing/route.ts';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import { fetching } from '../support/hosts/host.ts';
import { Namespaces } from '../support/hosts/namespaces.ts';

const POD_RANGE = '10.198.200.0/24';
const SERVICE = routeTo('default/web', '10.198.200.2:8080');

/** A host whose kernel does not look at what two pods on a bridge send each other. The first of them is a web server. */
const HOST = `
mount -t tmpfs tmpfs /run
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
[ ! -e /proc/sys/net/bridge ] || echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables
ip link add pods type bridge
ip addr add 10.198.200.1/24 dev pods
ip link set pods up
for pod in 2 3; do
  ip netns add pod$pod
  ip link add link$pod type veth peer name eth0 netns pod$pod
  ip link set link$pod master pods up
  ip link set link$pod type bridge_slave hairpin on
  ip -n pod$pod addr add 10.198.200.$pod/24 dev eth0
  ip -n pod$pod link set eth0 up
  ip -n pod$pod route add default via 10.198.200.1
done
mkdir /run/www
echo hello >/run/www/index.html
ip netns exec pod2 busybox httpd -p 8080 -h /run/www
`;

const impediment = whyNoContainers();
describe.skipIf(impediment)('pods of a host without br_netfilter', () => {
  let host: Namespaces;
  beforeAll(async () => {
    host = await Namespaces.start(HOST);
    const place = { bridge: 'pods', clusterCIDR: '10.198.0.0/16', unseenRange: POD_RANGE };
    const input = restoreText(serviceChains({ cluster: 'c', routes: [SERVICE] }, place), noRules());
    expect(await host.run(['iptables-restore', '--noflush'], { input })).toMatchObject({ code: 0 });
  });
  afterAll(() => host?.stop());

  for (const [name, pod] of Object.entries({ 'reach a service': 'pod3', 'reach themselves by it': 'pod2' }))
    test(name, async () => {
      const answer = await host.run(['ip', 'netns', 'exec', pod, ...fetching(SERVICE.clusterIP)]);
      expect(answer).toMatchObject({ code: 0, stdout: 'hello\n' });
    });
});
