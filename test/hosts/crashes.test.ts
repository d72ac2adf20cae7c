import { afterAll, beforeAll, describe, expect } from 'vitest';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import type { Json } from '../support/api.ts';
import type { Host } from '../support/hosts/host.ts';
import { HostCluster } from '../support/hosts/hostCluster.ts';
import { lifeOf, PodView } from '../support/hosts/podView.ts';
import { until } from '../support/hosts/until.ts';
import { daemonSet, job, webPod } from '../support/hosts/workloads.ts';
import { walk } from '../support/steps.ts';

const impediment = whyNoContainers();
const explanation = impediment ? ` (skipped: ${impediment})` : '';
const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const NODES = '/api/v1/nodes';

describe.skipIf(impediment)(`crashes of hosts with real containers${explanation}`, () => {
  let cluster: HostCluster;
  let [first, second]: Host[] = [];
  let pods: PodView;
  beforeAll(async () => {
    cluster = await HostCluster.start(1);
    await cluster.join('node02');
    [first, second] = cluster.hosts;
    pods = await PodView.of(cluster);
    await cluster.apply(webPod('web01', 'node01'), webPod('web02', 'node02'), daemonSet('daemon'));
    await pods.untilRunning('web01', 'web02');
    await pods.untilDaemons(first!, second!);
  });
  afterAll(() => cluster?.stop());

  const reachEachOther = async () => {
    expect(await cluster.fetchIn('web01', pods.addressOf('web02'))).toBe('web02\n');
    expect(await cluster.fetchIn('web02', pods.addressOf('web01'))).toBe('web01\n');
  };

  walk('the walk', (step) => {
    step('routes and rules that somebody takes away come back', async () => {
      const rules = () => second!.ok('sh', '-c', 'iptables -t nat -S POSTROUTING; iptables -S FORWARD');
      const before = [await second!.ok('ip', 'route'), await rules()];
      await second!.ok('ip', 'link', 'set', 'eth0', 'down');
      await second!.ok('ip', 'link', 'set', 'eth0', 'up');
      await second!.ok('sh', '-c', 'iptables -t nat -F POSTROUTING; iptables -F FORWARD');
      expect(await second!.ok('ip', 'route')).not.toContain('proto 83');
      await until('they are back', async () => (await second!.ok('ip', 'route')) === before[0]);
      expect((await rules()).match(/sampan:sampan0/g)).toEqual(before[1]!.match(/sampan:sampan0/g));
      await reachEachOther();
    });

    step('a node in another network is told by an event, and not routed to', async () => {
      const events = await cluster.watchAll('/api/v1/namespaces/default/events');
      const moveTo = (address: string) => {
        const patch = { status: { addresses: [{ type: 'InternalIP', address }] } };
        return cluster.ask('patch', 'node', 'node02', '--subresource=status', '-p', JSON.stringify(patch));
      };
      const route = async () => (await first!.ok('ip', 'route')).includes('10.244.2.0/24');
      expect(await route()).toBe(true);
      await moveTo('192.168.9.9');
      const isTold = ({ reason, message, involvedObject }: Json) =>
        reason === 'FailedToCreateRoute' &&
        involvedObject.name === 'node01' &&
        message.endsWith('10.244.2.0/24 via 192.168.9.9');
      await events.until('node01 says so', (all) => all.some(isTold));
      expect(await route()).toBe(false);
      await moveTo(second!.address);
      await until('it is reached again', route);
      events.stop();
    });

    step('an agent that starts gives back addresses of sandboxes that are no more', async () => {
      const leases = '/var/lib/cni/networks/sampan0';
      const leaked = `${leases}/10.244.2.200`;
      await second!.ok('sh', '-c', `echo gone >${leaked}; touch -d '1 hour ago' ${leases}/*`);
      const used = `${leases}/${pods.addressOf('web02')}`;
      await cluster.killAgent(second!);
      await cluster.joinAgain(second!);
      expect(await second!.read(leaked)).toBe('');
      expect(await second!.read(used)).not.toBe('');
    });

    step(
      'an agent that is killed again and again runs no pod of a job twice, and each that succeeds counts once',
      async () => {
        const jobs = await cluster.watchAll(JOBS);
        await second!.ok('mkdir', '-p', '/var/lib/many');
        await cluster.apply(job('many', { node: 'node02', spec: { completions: 12, parallelism: 3 } }));
        const runs = async () => (await second!.read('/var/lib/many/runs')).split('\n').slice(0, -1);
        for (const count of [1, 3]) {
          await until(`${count} run`, async () => (await runs()).length >= count);
          await cluster.killAgent(second!);
          await second!.ok('touch', '/var/lib/many/go');
          await cluster.joinAgain(second!);
        }
        await jobs.until('the job is done', ([many]) => many?.status.succeeded === 12);
        // containerd ends a container whose start is under way when the agent dies: such a pod has failed, and is replaced.
        const { items } = JSON.parse(await cluster.ask('get', 'pods', '-l', 'app=many', '-o', 'json'));
        const failed = items.filter(({ status }: Json) => status.phase === 'Failed');
        const reasons = failed.map(({ status }: Json) => status.containerStatuses[0].state.terminated.reason);
        expect(new Set(reasons)).toEqual(new Set(failed.map(() => 'StartError')));
        const names = await runs();
        expect(new Set(names).size).toBe(names.length);
        const succeeded = items.filter(({ status }: Json) => status.phase === 'Succeeded');
        expect(names).toEqual(expect.arrayContaining(succeeded.map(({ metadata }: Json) => metadata.name)));
        expect(succeeded).toHaveLength(12);
        jobs.stop();
      },
    );

    step('when the whole cluster is killed, containers go on, and so do nodes of other hosts', async () => {
      const lives = () => ['web01', 'web02'].map((name) => lifeOf(pods.named(name)));
      const before = lives();
      await cluster.killAgent(first!);
      expect(await first!.fetch(pods.addressOf('web02'))).toBe('web02\n');
      await cluster.up();
      pods = await PodView.of(cluster);
      await cluster.apply(webPod('late', 'node02'));
      await pods.untilRunning('web01', 'web02', 'late');
      expect(lives()).toEqual(before);
      expect(await cluster.fetchIn('late', pods.addressOf('web01'))).toBe('web01\n');
    });

    step('a host whose power fails starts its pods again, with addresses that lead to them', async () => {
      const [{ containerID }] = lifeOf(pods.named('web02'));
      await second!.powerCycle();
      await cluster.joinAgain(second!);
      const isAgain = ({ status }: Json) =>
        status.containerStatuses?.[0].ready && status.containerStatuses[0].containerID !== containerID;
      await pods.recording.until('web02 runs again', () => isAgain(pods.named('web02')));
      await pods.untilDaemons(first!, second!);
      expect(pods.named('web02').status.containerStatuses[0].restartCount).toBe(1);
      await until('the daemon has started twice', async () => {
        const starts = await second!.read('/var/lib/daemon/starts');
        return starts === 'version 1\nversion 1\n' || starts;
      });
      await until('they reach each other', () =>
        reachEachOther().then(
          () => true,
          (error: Error) => error.message,
        ),
      );
    });

    step('reset of one of two nodes of a host leaves the network to the other', async () => {
      await cluster.join('guest', 'node02');
      const said = await second!.sampan('reset', '--force', '--data-dir', '.sampan-guest');
      expect(said).toMatch(/^kept the bridge sampan0, which .*\.sampan-node02 uses$/m);
      await cluster.apply(webPod('stays', 'node02'));
      await pods.untilRunning('stays');
      expect(await cluster.fetchIn('stays', pods.addressOf('web01'))).toBe('web01\n');
    });

    step('a node that was reset and deleted joins anew, and its pods are reached', async () => {
      const nodes = await cluster.watchAll(NODES);
      await second!.sampan('reset', '--force');
      await cluster.ask('delete', 'node', 'node02');
      await cluster.join('node02');
      await pods.untilDaemons(first!, second!);
      await cluster.apply(webPod('anew', 'node02'));
      await pods.untilRunning('anew');
      const { spec } = nodes.objects.find(({ metadata }) => metadata.name === 'node02');
      expect(pods.addressOf('anew')).toContain(spec.podCIDR.replace('0/24', ''));
      expect(await cluster.fetchIn('web01', pods.addressOf('anew'))).toBe('anew\n');
      nodes.stop();
    });
  });
});
