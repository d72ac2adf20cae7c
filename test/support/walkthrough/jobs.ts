import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Json } from '../api.ts';
import type { KubectlVersion } from '../kubectl.ts';
import { most } from '../most.ts';
import { Walker } from '../walker.ts';
import type { StartCluster, WalkedCluster } from './walkedCluster.ts';

const example = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../../examples/${name}.yaml`), 'utf8');

/** A job whose only container runs that in a shell. */
const job = (name: string, script: string, restartPolicy: 'Never' | 'OnFailure', spec: Json) =>
  stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      ...spec,
      template: {
        spec: {
          restartPolicy,
          containers: [{ name: 'main', image: 'alpine', command: ['/bin/sh', '-c', script] }],
        },
      },
    },
  });

/** The jobs of the examples, and jobs that fail. */
export function jobTests(startCluster: StartCluster, versions: readonly KubectlVersion[]): void {
  let cluster: WalkedCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  for (const version of versions) {
    const walker = (name: string) => Walker.start(cluster, version, name);

    test(`10: job-demo runs once, by kubectl ${version}`, async () => {
      const walk = await walker('demo');
      expect(await walk.apply(example('job-demo'))).toBe('job.batch/job-demo created\n');
      await walk.pods.until('its pod runs', (pods) => pods.some(isActive));
      expect((await walk.table('get', 'jobs')).rows).toMatchObject([
        { NAME: 'job-demo', STATUS: 'Running', COMPLETIONS: '0/1' },
      ]);
      await walk.untilJob('job-demo', 'Complete');
      const { columns, rows } = await walk.table('get', 'jobs');
      expect(columns).toEqual(['NAME', 'STATUS', 'COMPLETIONS', 'DURATION', 'AGE']);
      expect(rows).toMatchObject([
        { STATUS: 'Complete', COMPLETIONS: '1/1', DURATION: expect.stringMatching(/^1\ds$/) },
      ]);
      expect((await walk.table('get', 'pods')).rows).toMatchObject([
        { READY: '0/1', STATUS: 'Completed', RESTARTS: '0' },
      ]);
    });

    test(`11: job-multi-demo runs six pods, one at a time, by kubectl ${version}`, async () => {
      const walk = await walker('multi');
      expect(await walk.apply(example('job-multi'))).toBe('job.batch/job-multi-demo created\n');
      await walk.untilJob('job-multi-demo', 'Complete');
      expect(walk.podNames).toHaveLength(6);
      expect(most(walk.pods.events, activeCount)).toBe(1);
      expect((await walk.table('get', 'jobs')).rows).toMatchObject([{ COMPLETIONS: '6/6' }]);
    });

    test(`12: job-multi-demo2 runs two at once while work is left, by kubectl ${version}`, async () => {
      const walk = await walker('multi2');
      expect(await walk.apply(example('job-multi2'))).toBe('job.batch/job-multi-demo2 created\n');
      await walk.untilJob('job-multi-demo2', 'Complete');
      expect(walk.podNames).toHaveLength(6);
      expect(most(walk.pods.events, activeCount)).toBe(2);
      expect(most(walk.pods.events, runningCount)).toBe(2);
    });

    test(`13: a failing job of policy Never makes a pod per failure, ever later, by kubectl ${version}`, async () => {
      const walk = await walker('never');
      await walk.apply(job('fails', 'exit 3', 'Never', { backoffLimit: 2 }));
      const failed = await walk.untilJob('fails', 'Failed');
      expect(failed.status.conditions.at(-1)).toMatchObject({
        type: 'Failed',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      });
      expect(walk.podNames).toHaveLength(3);
      const created = walk.pods.events
        .filter(({ type }) => type === 'ADDED')
        .map(({ object }) => Date.parse(object.metadata.creationTimestamp ?? ''));
      const [first, second] = [created[1]! - created[0]!, created[2]! - created[1]!];
      expect(first).toBeGreaterThanOrEqual(10_000);
      expect(second).toBeGreaterThanOrEqual(20_000);
      expect((await walk.table('get', 'jobs')).rows).toMatchObject([
        { STATUS: 'Failed', COMPLETIONS: '0/1' },
      ]);
      const { rows } = await walk.table('get', 'pods');
      expect(rows).toMatchObject(Array(3).fill({ READY: '0/1', STATUS: 'Error', RESTARTS: '0' }));
      expect(await walk.kubectl('describe', 'job', 'fails')).toMatch(
        /Warning\s+BackoffLimitExceeded\s+.*job-controller\s+Job has reached the specified backoff limit/,
      );
    });

    test(`13: a failing job of policy OnFailure restarts the same pod, by kubectl ${version}`, async () => {
      const walk = await walker('onfailure');
      await walk.apply(job('fails', 'exit 3', 'OnFailure', { backoffLimit: 2 }));
      const failed = await walk.untilJob('fails', 'Failed');
      expect(failed.status.conditions.at(-1)).toMatchObject({ reason: 'BackoffLimitExceeded' });
      expect(walk.podNames).toHaveLength(1);
      const restarts = walk.pods.events.map(
        ({ object }) => object.status.containerStatuses?.[0].restartCount ?? 0,
      );
      expect(Math.max(...restarts)).toBeGreaterThanOrEqual(2);
      await walk.pods.until('the pod is deleted', (pods) => pods.length === 0);
    });
  }
}

const isActive = ({ status }: Json) => status.phase === 'Pending' || status.phase === 'Running';
const activeCount = (pods: Json[]) => pods.filter(isActive).length;
const runningCount = (pods: Json[]) => pods.filter(({ status }) => status.phase === 'Running').length;
