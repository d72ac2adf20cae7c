import { afterAll, beforeAll, describe, expect } from 'vitest';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import type { Json } from '../support/api.ts';
import type { Host } from '../support/hosts/host.ts';
import { HostCluster } from '../support/hosts/hostCluster.ts';
import { leftovers } from '../support/hosts/leftovers.ts';
import { lifeOf, PodView } from '../support/hosts/podView.ts';
import { until } from '../support/hosts/until.ts';
import { apiPod, daemonSet, job, webPod } from '../support/hosts/workloads.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';
import type { Recording } from '../support/recording.ts';
import { walk } from '../support/steps.ts';
import { clock } from '../support/waiting.ts';

const impediment = whyNoContainers();
const explanation = impediment ? ` (skipped: ${impediment})` : '';
const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const NODES = '/api/v1/nodes';
const UNREACHABLE = /dial tcp 10\.77\.0\.\d:\d+: i\/o timeout\n$/;
const ONE_RUN = /^once-\w+\n$/;
const TWO_MINUTES = { withinMs: 120_000 };

/** Each with a containerd of its own, in namespaces of its own, and the built command as a user types it. */
describe.skipIf(impediment)(`several hosts with real containers${explanation}`, () => {
  let cluster: HostCluster;
  let [first, second, third]: Host[] = [];
  let pods: PodView;
  let nodes: Recording;
  beforeAll(async () => {
    cluster = await HostCluster.start(1);
    first = cluster.hosts[0]!;
    await cluster.join('node02');
    second = cluster.hosts[1]!;
    [pods, nodes] = await Promise.all([PodView.of(cluster), cluster.watchAll(NODES)]);
  });
  afterAll(() => cluster?.stop());

  const isReady = (name: string, status: string) => (all: Json[]) =>
    all
      .find(({ metadata }) => metadata.name === name)
      ?.status.conditions.some(
        (condition: Json) => condition.type === 'Ready' && condition.status === status,
      );

  walk('the walk', (step) => {
    step('pods on two hosts reach each other, under their own addresses', async () => {
      await cluster.apply(webPod('web01', 'node01'), webPod('web02', 'node02', 8080));
      await pods.untilRunning('web01', 'web02');
      const [one, two] = ['web01', 'web02'].map((name) => pods.addressOf(name)) as [string, string];
      expect(await cluster.fetchIn('web01', two)).toBe('web02\n');
      expect(await cluster.fetchIn('web02', one)).toBe('web01\n');
      expect(await cluster.ask('logs', 'web02')).toContain(`${one}]:`);
      expect(await cluster.ask('logs', 'web01')).toContain(`${two}]:`);
    });

    step('what pods and nodes use is told of both hosts', async () => {
      expect(await cluster.ask('top', 'pods', '--no-headers')).toMatch(
        /^web01 +\d+m +\d+Mi *\nweb02 +\d+m +\d+Mi *\n$/,
      );
      expect(await cluster.ask('top', 'nodes', '--no-headers')).toMatch(/^node02 +\d+m +\d+% +\d+Mi/m);
    });

    step('hosts reach pods, their own and others', async () => {
      for (const host of [first!, second!])
        for (const name of ['web01', 'web02'])
          expect(await host.fetch(pods.addressOf(name))).toBe(`${name}\n`);
    });

    step("a host's port leads to its pod, from hosts and from pods", async () => {
      const address = `${second!.address}:8080`;
      expect(await first!.fetch(address)).toBe('web02\n');
      expect(await cluster.fetchIn('web01', address)).toBe('web02\n');
      expect(await cluster.fetchIn('web02', address)).toBe('web02\n');
      expect(await second!.fetch(address)).toBe('web02\n');
      expect(await second!.fetch('127.0.0.1:8080')).toBe('web02\n');
    });

    step('pods of every host read the API by the address of its service', async () => {
      await cluster.apply(apiPod('asker01', 'node01'), apiPod('asker02', 'node02'));
      for (const name of ['asker01', 'asker02']) {
        await pods.recording.until(`${name} has ended`, (all) =>
          all.some(({ metadata, status }) => metadata.name === name && status.phase === 'Succeeded'),
        );
        expect(await cluster.ask('logs', name)).toContain('"gitVersion":"v1.36');
      }
      await cluster.ask('delete', 'pod', 'asker01', 'asker02');
    });

    step('a DaemonSet runs on all hosts, and on one that joins later', async () => {
      await cluster.apply(daemonSet('daemon'));
      await pods.untilDaemons(first!, second!);
      await cluster.join('node03');
      third = cluster.hosts[2]!;
      await pods.untilDaemons(third);
      await cluster.apply(webPod('web03', 'node03'));
      await pods.untilRunning('web03');
      expect(await cluster.fetchIn('web03', pods.addressOf('web02'))).toBe('web02\n');
      expect(await cluster.fetchIn('web01', pods.addressOf('web03'))).toBe('web03\n');
    });

    for (const version of KUBECTL_VERSIONS)
      step(`${version}: logs, exec and port-forward reach pods of other hosts`, async () => {
        const exec = await cluster.kubectl(version, 'exec', 'web03', '--', 'cat', '/www/index.html');
        expect(exec).toMatchObject({ code: 0, stdout: 'web03\n' });
        const logs = await cluster.kubectl(version, 'logs', 'web02');
        expect(logs).toMatchObject({ code: 0, stdout: expect.stringContaining('response:200') });
        const forwarding = await cluster.startKubectl(version, 'port-forward', 'pod/web03', ':80');
        const [, port] = await forwarding.until(/Forwarding from 127\.0\.0\.1:(\d+)/);
        expect(await first!.fetch(`127.0.0.1:${port}`)).toBe('web03\n');
        await forwarding.stop('SIGINT');
      });

    step('an agent that is killed during a rollout goes on with it, and restarts nothing', async () => {
      const life = lifeOf(pods.named('web02'));
      await cluster.killAgent(second!);
      await cluster.ask('set', 'env', 'daemonset/daemon', 'VERSION=2');
      await pods.recording.until(
        'the rollout waits for the dead agent',
        () => pods.daemonOn(second!)?.metadata.deletionTimestamp,
      );
      await cluster.joinAgain(second!);
      await cluster.ask('rollout', 'status', 'daemonset/daemon', '--timeout=60s');
      for (const host of [first!, second!, third!])
        await until('it has started twice', async () => {
          const starts = await host.read('/var/lib/daemon/starts');
          return starts === 'version 1\nversion 2\n' || starts;
        });
      expect(lifeOf(pods.named('web02'))).toEqual(life);
    });

    step('containers outlive a crash of containerd, and new ones come after it', async () => {
      const lives = () => [pods.named('web02'), pods.daemonOn(second!)].map(lifeOf);
      const before = lives();
      await second!.killContainerd();
      await cluster.apply(webPod('late', 'node02'));
      expect(await cluster.fetchIn('web01', pods.addressOf('web02'))).toBe('web02\n');
      await second!.startContainerd();
      await pods.untilRunning('late');
      expect(await cluster.fetchIn('web02', pods.addressOf('late'))).toBe('late\n');
      expect(lives()).toEqual(before);
    });

    let jobs: Recording;
    let daemonLife: Json;
    step('a host that is cut off is NotReady after some 40 seconds; its job goes on elsewhere', async () => {
      jobs = await cluster.watchAll(JOBS);
      for (const host of [first!, second!]) {
        await host.ok('mkdir', '-p', '/var/lib/once');
        await host.ok('touch', '/var/lib/once/go');
      }
      await cluster.ask('cordon', 'node01', 'node02');
      await cluster.apply(job('once'));
      await until('it runs', async () => (await third!.read('/var/lib/once/runs')) !== '');
      await cluster.ask('uncordon', 'node01', 'node02');
      daemonLife = lifeOf(pods.daemonOn(third!));
      const cutAt = clock.now();
      await cluster.lan.cut(third!);
      const asking = [
        ['logs', 'web03'],
        ['logs', '-f', 'web03'],
        ['exec', 'web03', '--', 'true'],
      ];
      const answers = asking.map((args) => cluster.kubectl('v1.35.2', ...args));
      await nodes.until('node03 is NotReady', isReady('node03', 'Unknown'), TWO_MINUTES);
      const seconds = (clock.now() - cutAt) / 1000;
      expect(seconds).toBeGreaterThan(25);
      expect(seconds).toBeLessThan(60);
      for (const answer of answers)
        expect(await answer).toMatchObject({ code: 1, stderr: expect.stringMatching(UNREACHABLE) });
      const isTainted = ({ metadata, spec }: Json) =>
        metadata.name === 'node03' &&
        spec.taints?.some(
          ({ key, effect }: Json) => key === 'node.kubernetes.io/unreachable' && effect === 'NoExecute',
        );
      await nodes.until('it is tainted', (all) => all.some(isTainted));
      await jobs.until('the job is done', ([once]) => once?.status.succeeded === 1, TWO_MINUTES);
      expect(pods.daemonOn(third!).metadata.deletionTimestamp).toBeUndefined();
      // What runs on in the dark ends there, too.
      await third!.ok('touch', '/var/lib/once/go');
    });

    step(
      'back in the network it is Ready again; nothing has run twice, nothing was counted twice',
      async () => {
        await cluster.lan.mend(third!);
        await nodes.until('node03 is Ready', isReady('node03', 'True'), TWO_MINUTES);
        const ofJob = ({ metadata, spec }: Json) =>
          metadata.labels?.app === 'once' && spec.nodeName === 'node03';
        await pods.recording.until(
          'the pod that was given up is gone',
          (all) => !all.some(ofJob),
          TWO_MINUTES,
        );
        expect(lifeOf(pods.daemonOn(third!))).toEqual(daemonLife);
        expect(await third!.read('/var/lib/daemon/starts')).toBe('version 1\nversion 2\n');
        const runs = await Promise.all(
          [first!, second!, third!].map((host) => host.read('/var/lib/once/runs')),
        );
        expect(runs.toSorted()).toEqual(['', expect.stringMatching(ONE_RUN), expect.stringMatching(ONE_RUN)]);
        expect(Math.max(...jobs.events.map(({ object }) => object.status.succeeded ?? 0))).toBe(1);
        await cluster.ask('wait', '--for=condition=Complete', 'job/once', '--timeout=60s');
      },
    );

    step('reset leaves nothing of a node on its host, and says what it has removed', async () => {
      const said = await third!.sampan('reset', '--force');
      expect(said.split('\n')).toEqual([
        expect.stringMatching(/^stopped process \d+$/),
        expect.stringMatching(/^removed 2 pods of .*\.sampan-node03$/),
        'removed the routes to pods of other hosts (3)',
        'removed the rules of iptables (5)',
        'removed the address of the DNS of the cluster',
        'removed the bridge sampan0',
        'removed the addresses in /var/lib/cni/networks/sampan0',
        'removed /etc/cni/net.d/10-sampan.conflist',
        'removed /var/log/pods',
        'removed /var/log/containers',
        expect.stringMatching(/^removed .*\.sampan-node03$/),
        '',
      ]);
      expect(await leftovers(third!)).toEqual([]);
      expect(await third!.sampan('reset', '--force')).toBe('there was nothing to reset\n');
    });

    step('the others forget the way to a node that is deleted', async () => {
      expect(await first!.ok('ip', 'route')).toContain(`via ${third!.address} `);
      await cluster.ask('delete', 'node', 'node03');
      await until(
        'the route is gone',
        async () => !(await first!.ok('ip', 'route')).includes(`via ${third!.address} `),
      );
    });

    step('reset works where the agent is dead, and takes a whole cluster away', async () => {
      await cluster.killAgent(second!);
      await second!.sampan('reset', '--force');
      expect(await leftovers(second!)).toEqual([]);
      await first!.sampan('reset', '--force');
      expect(await leftovers(first!)).toEqual([]);
    });
  });
});
