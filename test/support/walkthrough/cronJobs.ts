import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../api.ts';
import type { KubectlVersion } from '../kubectl.ts';
import { most } from '../most.ts';
import { Walker } from '../walker.ts';
import type { StartCluster, WalkedCluster } from './walkedCluster.ts';

const THREE_MINUTES = { withinMs: 180_000 };
const FIVE_MINUTES = { withinMs: 300_000 };
const beta = readFileSync(join(import.meta.dirname, '../../../examples/cronjob-demo.yaml'), 'utf8');
const manifests = { 'batch/v1beta1': beta, 'batch/v1': beta.replace('batch/v1beta1', 'batch/v1') };
const everyMinute = beta
  .replace('*/2 * * * *', '* * * * *')
  .replace('spec:\n', 'spec:\n  successfulJobsHistoryLimit: 1\n');

/** The CronJob of the examples, in both of its versions, and what follows from it. */
export function cronJobTests(startCluster: StartCluster, versions: readonly KubectlVersion[]): void {
  let cluster: WalkedCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  for (const version of versions) {
    for (const [apiVersion, manifest] of Object.entries(manifests)) {
      test(`14: cronjob-demo (${apiVersion}) runs each even minute, by kubectl ${version}`, async () => {
        const walk = await Walker.start(cluster, version, apiVersion.replace('/', '-'));
        expect(await walk.apply(manifest)).toBe('cronjob.batch/cronjob-demo created\n');
        expect((await walk.table('get', 'cronjobs')).columns).toEqual([
          'NAME',
          'SCHEDULE',
          'TIMEZONE',
          'SUSPEND',
          'ACTIVE',
          'LAST SCHEDULE',
          'AGE',
        ]);

        const [first] = await walk.jobs.until(
          'the first job is there',
          (jobs) => jobs.length > 0,
          THREE_MINUTES,
        );
        expect(minuteOf(first) % 2).toBe(0);
        expect(minuteOf(first)).toBe(Math.floor(Date.parse(first.metadata.creationTimestamp) / 60_000));
        await walk.pods.until('two pods run', (pods) => runningCount(pods) === 2);
        const [whileActive] = (await walk.table('get', 'cronjob', 'cronjob-demo')).rows;
        expect(whileActive).toMatchObject({ SCHEDULE: '*/2 * * * *', SUSPEND: 'False', ACTIVE: '1' });
        expect(whileActive!['LAST SCHEDULE']).toMatch(/^\d+s$/);
        expect((await walk.table('get', 'jobs')).rows).toMatchObject([
          { NAME: first.metadata.name, COMPLETIONS: '0/1 of 2' },
        ]);

        await walk.untilJob(first.metadata.name, 'Complete');
        expect((await walk.table('get', 'jobs')).rows).toMatchObject([
          { NAME: first.metadata.name, COMPLETIONS: '2/1 of 2' },
        ]);
        expect(await walk.kubectl('logs', walk.podNames[0]!)).toMatch(
          /^.*\d\d:\d\d:\d\d.*\nHello from the Kubernetes cluster\n$/,
        );
        const [whileIdle] = (await walk.table('get', 'cronjob', 'cronjob-demo')).rows;
        expect(whileIdle).toMatchObject({ ACTIVE: '0' });

        const both = await walk.jobs.until(
          'the second job is there',
          (jobs) => jobs.length > 1,
          THREE_MINUTES,
        );
        expect(both.map(minuteOf).sort()).toEqual([minuteOf(first), minuteOf(first) + 2]);
        expect(most(walk.pods.events, runningCount)).toBe(2);
        await walk.pods.until('two pods run again', (pods) => runningCount(pods) === 2);
      });
    }

    test(`14: a job made by hand from a CronJob is its own, by kubectl ${version}`, async () => {
      const walk = await Walker.start(cluster, version, 'by-hand');
      await walk.apply(beta.replace('*/2 * * * *', '0 0 29 2 *'));
      expect(await walk.kubectl('create', 'job', 'by-hand', '--from=cronjob/cronjob-demo')).toBe(
        'job.batch/by-hand created\n',
      );
      const { metadata } = await walk.untilJob('by-hand', 'Complete');
      expect(metadata.annotations).toMatchObject({ 'cronjob.kubernetes.io/instantiate': 'manual' });
      expect(metadata.labels).toMatchObject({ app: 'mycronjob-jobs' });
      expect(metadata.ownerReferences).toMatchObject([{ kind: 'CronJob', name: 'cronjob-demo' }]);
    });

    test(`14: finished jobs are kept up to the history limit, by kubectl ${version}`, async () => {
      const walk = await Walker.start(cluster, version, 'history');
      await walk.apply(everyMinute);
      const isFirstGone = () => walk.jobs.events.some(({ type }) => type === 'DELETED');
      const left = await walk.jobs.until('the oldest job is deleted', isFirstGone, FIVE_MINUTES);
      const finished = left.filter(isComplete);
      expect(finished).toHaveLength(1);
      const deleted = walk.jobs.events.find(({ type }) => type === 'DELETED')!;
      expect(minuteOf(deleted.object)).toBe(minuteOf(finished[0]) - 1);
    });
  }
}

const minuteOf = ({ metadata }: Json) => Number(/^cronjob-demo-(\d+)$/.exec(metadata.name)?.[1]);
const runningCount = (pods: Json[]) => pods.filter(({ status }) => status.phase === 'Running').length;
const isComplete = ({ status }: Json) =>
  status.conditions?.some(({ type, status }: Json) => type === 'Complete' && status === 'True') ?? false;
