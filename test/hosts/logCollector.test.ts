import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parse } from 'yaml';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import type { Host } from '../support/hosts/host.ts';
import { HostCluster } from '../support/hosts/hostCluster.ts';
import { leftovers } from '../support/hosts/leftovers.ts';
import { PodView } from '../support/hosts/podView.ts';
import { until } from '../support/hosts/until.ts';
import { talkingPod } from '../support/hosts/workloads.ts';
import { walk } from '../support/steps.ts';

const impediment = whyNoContainers();
const explanation = impediment ? ` (skipped: ${impediment})` : '';
const COLLECTOR = join(import.meta.dirname, '../../examples/containers/log-collector.yaml');

/** Two hosts, each with a `/var/log` of its own, and a collector of logs on each node: two of those are on the first host. */
describe.skipIf(impediment)(`a collector of logs${explanation}`, () => {
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

  const collectorOn = (node: string) =>
    pods.recording.objects.find(
      ({ metadata, spec }) => metadata.labels?.app === 'log-collector' && spec.nodeName === node,
    );

  const collected = (node: string) => cluster.ask('logs', collectorOn(node).metadata.name, '--tail=-1');

  const untilCollected = (node: string, line: string, times = 1) =>
    until(`"${line}" is collected`, async () => {
      const lines = (await collected(node)).split('\n');
      return lines.filter((each) => each === line).length === times || lines.join('; ');
    });

  const logsOf = async (host: Host, pod: string) => {
    const all = ['pods', 'containers'].map((name) => readdir(host.namespaces.path(`/var/log/${name}`)));
    return (await Promise.all(all)).flat().filter((name) => name.split('_').includes(pod));
  };

  walk('the walk', (step) => {
    step('runs on every node', async () => {
      await cluster.apply(parse(readFileSync(COLLECTOR, 'utf8')));
      await cluster.ask('rollout', 'status', 'daemonset/log-collector', '--timeout=90s');
      for (const node of ['master01', 'node01', 'node02']) expect(collectorOn(node)).toBeDefined();
    });

    step('has what the pods of its node print, and nothing of others', async () => {
      await cluster.apply(talkingPod('talker1', 'node01'), talkingPod('talker2', 'node02'));
      await pods.untilRunning('talker1', 'talker2');
      await untilCollected('node01', 'talker1 hello');
      await untilCollected('node02', 'talker2 hello');
      await cluster.apply(talkingPod('talker0', 'master01'));
      await untilCollected('master01', 'talker0 hello');
      // That of the same host was there long before.
      expect(await collected('master01')).toBe('talker0 hello\n');
      expect(await collected('node01')).toBe('talker1 hello\n');
      expect(await collected('node02')).toBe('talker2 hello\n');
    });

    step('finds the logs where the kubelet has them', async () => {
      const { metadata, status } = pods.named('talker2');
      const id = status.containerStatuses[0].containerID.replace('containerd://', '');
      const log = `/var/log/pods/default_talker2_${metadata.uid}/main/0.log`;
      expect(await second!.ok('readlink', `/var/log/containers/talker2_default_main-${id}.log`)).toBe(
        `${log}\n`,
      );
      expect(await second!.ok('cat', log)).toMatch(/^\d{4}-\d\d-\d\dT\S+ stdout F hello\n$/);
    });

    step('goes on when the agent of its host is killed and comes back', async () => {
      await cluster.killAgent(second!);
      await cluster.joinAgain(second!);
      await cluster.ask('exec', 'talker2', '--', 'touch', '/tmp/again');
      await untilCollected('node02', 'talker2 again');
      expect(await cluster.ask('logs', 'talker2')).toBe('hello\nagain\n');
    });

    step('has both lives of a container that fails, as kubectl has', async () => {
      await cluster.ask('exec', 'talker1', '--', 'touch', '/tmp/fail');
      await untilCollected('node01', 'talker1 failing');
      await pods.recording.until('it runs again', () => {
        const [main] = pods.named('talker1').status.containerStatuses;
        return main.restartCount === 1 && main.state.running !== undefined;
      });
      await untilCollected('node01', 'talker1 hello', 2);
      expect(await cluster.ask('logs', 'talker1', '--previous')).toBe('hello\nfailing\n');
      expect(await cluster.ask('logs', 'talker1')).toBe('hello\n');
    });

    step('has the last words of a pod that is deleted, whose logs go a moment later', async () => {
      await cluster.ask('delete', 'pod', 'talker2');
      await untilCollected('node02', 'talker2 bye');
      await until(
        'its logs have gone',
        async () => {
          const left = await logsOf(second!, 'talker2');
          return left.length === 0 || left.join(', ');
        },
        { withinMs: 90_000 },
      );
      expect(await logsOf(first!, 'talker1')).toHaveLength(3);
    });

    step('leaves no logs on a host that is reset', async () => {
      const said = await second!.sampan('reset', '--force');
      expect(said).toContain('removed /var/log/pods\nremoved /var/log/containers\n');
      expect(await leftovers(second!)).toEqual([]);
      await first!.sampan('reset', '--force');
      expect(await leftovers(first!)).toEqual([]);
    });
  });
});
