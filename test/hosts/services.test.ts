import { afterAll, beforeAll, describe, expect } from 'vitest';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import { fetching, type Host } from '../support/hosts/host.ts';
import { HostCluster } from '../support/hosts/hostCluster.ts';
import { leftovers } from '../support/hosts/leftovers.ts';
import { PodView } from '../support/hosts/podView.ts';
import { dnsBehindService, idlePod, meetingJob, service, webDeployment } from '../support/hosts/services.ts';
import { until } from '../support/hosts/until.ts';
import { walk } from '../support/steps.ts';

const impediment = whyNoContainers();
const explanation = impediment ? ` (skipped: ${impediment})` : '';

const NEWEST = 'v1.35.2';

/** What kubectl must be told so that a pod asks a web server. */
const asking = (pod: string, address: string) => ['exec', pod, '--', ...fetching(address)];

/** Two hosts, each with a containerd of its own; pods that ask on both. */
describe.skipIf(impediment)(`services and their names${explanation}`, () => {
  let cluster: HostCluster;
  let [first, second]: Host[] = [];
  let pods: PodView;
  beforeAll(async () => {
    cluster = await HostCluster.start(1);
    first = cluster.hosts[0]!;
    await cluster.join('node02');
    second = cluster.hosts[1]!;
    pods = await PodView.of(cluster);
  });
  afterAll(() => cluster?.stop());

  const webPods = () =>
    pods.recording.objects.filter(
      ({ metadata, status }) =>
        metadata.labels?.app === 'web' &&
        !metadata.deletionTimestamp &&
        status.conditions?.some(
          (condition: { type: string; status: string }) =>
            condition.type === 'Ready' && condition.status === 'True',
        ),
    );
  const namesOf = () => new Set(webPods().map(({ metadata }) => `${metadata.name}\n`));
  const clusterIP = (name: string) => cluster.ask('get', 'service', name, '-o', 'jsonpath={.spec.clusterIP}');

  /** Asks until all of those have answered, and nobody else. */
  async function answers(ask: () => Promise<string>, wanted: ReadonlySet<string>): Promise<void> {
    const heard = new Set<string>();
    await until('all have answered', async () => {
      const answer = await ask();
      expect(wanted, answer).toContain(answer);
      heard.add(answer);
      return heard.size === wanted.size;
    });
  }

  const untilServed = (pod: string, name: string) =>
    until(`${pod} reaches ${name}`, async () => {
      const { code, stderr } = await cluster.kubectl(NEWEST, ...asking(pod, name));
      return code === 0 || stderr;
    });

  walk('the walk', (step) => {
    let address = '';
    step('the DNS of the cluster is a service', async () => {
      const shown = await cluster.ask('get', 'service', '-n', 'kube-system');
      expect(shown).toMatch(/kube-dns +ClusterIP +10\.96\.0\.10 +<none> +53\/UDP,53\/TCP/);
    });

    step('pods of both hosts reach a service by its address and by its names', async () => {
      await cluster.apply(
        webDeployment('web', 2),
        service('web', { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
        idlePod('asker01', 'node01'),
        idlePod('asker02', 'node02'),
      );
      await pods.untilRunning('asker01', 'asker02');
      await pods.recording.until('the deployment is ready', () => webPods().length === 2);
      address = await clusterIP('web');
      for (const asker of ['asker01', 'asker02'])
        for (const at of [address, 'web', 'web.default', 'web.default.svc.cluster.local'])
          await answers(() => cluster.fetchIn(asker, at), namesOf());
    });

    step('who serves sees who asks, also on the same host', async () => {
      const logs = await cluster.ask('logs', '-l', 'app=web', '--tail=-1');
      for (const asker of ['asker01', 'asker02']) expect(logs).toContain(`${pods.addressOf(asker)}]:`);
      const [own] = webPods().filter(({ status }) => status.hostIP === second!.address);
      expect(await cluster.ask('logs', own!.metadata.name)).toContain(`${pods.addressOf('asker02')}]:`);
    });

    step('hosts reach it, too, where they have a default route', async () => {
      for (const host of [first!, second!]) await host.ok('ip', 'route', 'add', 'default', 'dev', 'eth0');
      for (const host of [first!, second!]) await answers(() => host.fetch(address), namesOf());
    });

    step('a pod that serves reaches its own service', async () => {
      for (const { metadata } of webPods())
        await answers(() => cluster.fetchIn(metadata.name, 'web'), namesOf());
    });

    step('a client stays with a pod where the service wants it so', async () => {
      const sticky = { sessionAffinity: 'ClientIP', ports: [{ port: 80, targetPort: 8080 }] };
      await cluster.apply(service('sticky', sticky, 'web'));
      await untilServed('asker01', 'sticky');
      const heard = new Set<string>();
      for (let times = 0; times < 8; times++) heard.add(await cluster.fetchIn('asker01', 'sticky'));
      expect(heard.size).toBe(1);
    });

    step('a service of UDP is reached, too', async () => {
      await cluster.apply(...dnsBehindService('udp'));
      const at = await clusterIP('udp');
      await until('it answers', async () => {
        const question = ['nslookup', '-type=a', 'web.default.svc.cluster.local', at];
        const { stdout, stderr } = await cluster.kubectl(NEWEST, 'exec', 'asker01', '--', ...question);
        return stdout.includes(`Address: ${address}`) || stdout + stderr;
      });
    });

    step('pods are told whom to ask for names', async () => {
      const resolver = await cluster.ask('exec', 'asker02', '--', 'cat', '/etc/resolv.conf');
      expect(resolver).toMatch(/^nameserver 10\.96\.0\.10$/m);
      expect(resolver).toMatch(/^search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local/m);
      expect(resolver).toMatch(/^options ndots:5$/m);
    });

    step('a port of every node leads to it, from that host, others and pods', async () => {
      await cluster.apply(
        service(
          'nodes',
          { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }] },
          'web',
        ),
      );
      await until('the port leads somewhere', async () => {
        const { code, stderr } = await first!.run(...fetching(`${first!.address}:30080`));
        return code === 0 || stderr;
      });
      for (const to of [first!, second!]) {
        for (const from of [first!, second!])
          await answers(() => from.fetch(`${to.address}:30080`), namesOf());
        await answers(() => cluster.fetchIn('asker01', `${to.address}:30080`), namesOf());
      }
      const near = webPods().filter(({ status }) => status.hostIP === first!.address);
      await answers(
        () => first!.fetch('127.0.0.1:30080'),
        new Set(near.map(({ metadata }) => `${metadata.name}\n`)),
      );
    });

    step('who has gone gets nothing more, and a service without pods refuses', async () => {
      const before = webPods();
      await cluster.ask('scale', 'deployment/web', '--replicas=1');
      await pods.recording.until('one is left', () => webPods().length === 1);
      const gone = before.filter((pod) => !webPods().includes(pod)).map(({ status }) => status.podIP);
      for (const host of [first!, second!])
        await until('nothing leads to the other', async () => {
          const rules = await host.ok('iptables-save', '-t', 'nat');
          return !gone.some((address) => rules.includes(`${address}:8080`));
        });
      for (let times = 0; times < 6; times++)
        expect(namesOf()).toContain(await cluster.fetchIn('asker02', 'web'));
      await cluster.ask('scale', 'deployment/web', '--replicas=0');
      await until('it refuses', async () => {
        const { stderr } = await cluster.kubectl(NEWEST, ...asking('asker02', address));
        return /Connection refused/.test(stderr) || stderr;
      });
    });

    step('the pods of an indexed Job find each other by their names', async () => {
      await cluster.apply(
        service('meet', { clusterIP: 'None', selector: { 'job-name': 'meet' } }),
        meetingJob('meet', 3),
      );
      await until('all have met', async () => {
        const { stdout, stderr } = await cluster.kubectl(NEWEST, 'logs', '-l', 'job-name=meet', '--tail=-1');
        return stdout.match(/^met$/gm)?.length === 3 || stdout + stderr;
      });
      await cluster.ask('delete', 'job', 'meet');
    });

    step('what somebody has taken away comes back', async () => {
      await cluster.ask('scale', 'deployment/web', '--replicas=1');
      await pods.recording.until('one is ready', () => webPods().length === 1);
      await second!.ok('sh', '-c', 'iptables -t nat -F; ip link delete sampan0-dns');
      await untilServed('asker02', 'web');
    });

    step('nothing of services is left when the nodes of a host have stopped', async () => {
      await second!.sampan('reset', '--force');
      expect(await leftovers(second!)).toEqual([]);
      await first!.sampan('down');
      const rules = await first!.ok('iptables-save');
      expect(rules).not.toContain('SAMPAN');
      expect(rules).not.toContain(':services');
      await first!.sampan('reset', '--force');
      expect(await leftovers(first!)).toEqual([]);
    });
  });
});
