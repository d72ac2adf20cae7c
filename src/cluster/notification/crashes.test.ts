import { expect, test } from 'vitest';
import { createCluster, type Notification, type TestCluster } from '../../index.ts';
import { CronJobs, Jobs } from '../../resources/kinds.ts';

const at = { namespace: 'default', name: 'backup' };

/** Fails each hour, and its jobs go at once. */
const backup = `
  apiVersion: batch/v1
  kind: CronJob
  metadata:
    name: backup
    annotations: { sampan.dev/notify: "http://hooks.example/x" }
  spec:
    schedule: "0 * * * *"
    failedJobsHistoryLimit: 0
    jobTemplate:
      spec:
        backoffLimit: 0
        ttlSecondsAfterFinished: 0
        template:
          spec:
            restartPolicy: Never
            containers: [{ name: backup, image: example/backup, command: [sh, -c, "sleep 20; exit 1"] }]
`;

/** The controllers die right after their nth write about jobs, and others take over. Returns whether there was one. */
function crashAfter(cluster: TestCluster, nth: number): () => Promise<boolean> {
  let writes = 0;
  let restart: Promise<void> | undefined;
  cluster.controllerLink.interceptor = {
    after: ({ verb, plural }) => {
      const isWrite = verb === 'patch' || verb === 'update' || verb === 'create' || verb === 'delete';
      if (!isWrite || !/jobs$/.test(plural)) return;
      if (++writes === nth) restart = cluster.restartControllers();
    },
  };
  return async () => {
    await restart;
    return restart !== undefined;
  };
}

/** One run that fails, then a night without controllers. The receiver is down at first, each time. */
async function night(nth: number) {
  const told: Notification['body'][] = [];
  let failures = 2;
  await using cluster = await createCluster({
    nodes: 1,
    history: false,
    startTime: '2026-01-01T20:30:00Z',
    onNotification: ({ body }) => {
      if (failures-- > 0) return 503;
      told.push(body);
      return 204;
    },
  });
  const crashed = crashAfter(cluster, nth);
  await cluster.apply(backup);
  await cluster.clock.advance('1h');
  cluster.clock.set('2026-01-02T05:30:00Z');
  failures = 2;
  await cluster.clock.advance('1h');
  const hasCrashed = await crashed();
  await cluster.clock.advance('10m');
  const jobs = (await cluster.client.list(Jobs)).items;
  const { annotations = {} } = (await cluster.client.get(CronJobs, at)).metadata;
  return { told, hasCrashed, jobs, until: annotations['sampan.dev/notified-until'] };
}

test('after whichever write the controllers fall, everything is told, and nothing is held', async () => {
  let nth = 1;
  for (let hasCrashed = true; hasCrashed; nth++) {
    const end = await night(nth);
    const what = end.told.map(({ event, scheduledTime }) => `${event} ${scheduledTime?.slice(11, 16)}`);
    const wanted = ['JobFailed 05:00', 'JobFailed 06:00', 'JobFailed 21:00', 'RunMissed 04:00'];
    expect([...new Set(what)].sort(), `after write ${nth}`).toEqual(wanted);
    // Twice only what was on its way when they fell.
    expect(what.length).toBeLessThanOrEqual(end.hasCrashed ? wanted.length + 1 : wanted.length);
    expect(end.jobs, `after write ${nth}`).toEqual([]);
    expect(end.until, `after write ${nth}`).toBe('2026-01-02T06:00:00Z');
    hasCrashed = end.hasCrashed;
  }
  expect(nth).toBeGreaterThan(15);
});
