import { expect, test } from 'vitest';
import type { CronJob, CronJobSpec, Job, JobSpec } from '../../generated/types.ts';
import { createCluster, type TestCluster } from '../../index.ts';
import { CronJobs, Jobs, Namespaces, Secrets } from '../../resources/kinds.ts';
import { Receiver, status } from './testing/receiver.ts';

const at = { namespace: 'default', name: 'nightly' };

const template = (command: string) => ({
  spec: {
    restartPolicy: 'Never',
    containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', command] }],
  },
});
const jobSpec = (command: string, more: Partial<JobSpec> = {}): JobSpec =>
  ({ backoffLimit: 0, template: template(command), ...more }) as JobSpec;

const annotations = (url: string, more: Record<string, string> = {}) => ({
  'sampan.dev/notify': url,
  ...Object.fromEntries(Object.entries(more).map(([name, value]) => [`sampan.dev/${name}`, value])),
});

interface Wanted {
  readonly url: string;
  readonly command?: string;
  readonly more?: Record<string, string>;
  readonly spec?: Partial<CronJobSpec>;
  readonly job?: Partial<JobSpec>;
}

/** Each hour. */
const cronJob = ({ url, command = 'exit 1', more = {}, spec = {}, job = {} }: Wanted): CronJob => ({
  metadata: { ...at, annotations: annotations(url, more) },
  spec: { schedule: '0 * * * *', jobTemplate: { spec: jobSpec(command, job) }, ...spec },
});
const aJob = ({ url, command = 'exit 1', more = {}, job = {} }: Wanted): Job => ({
  metadata: { ...at, annotations: annotations(url, more) },
  spec: jobSpec(command, job),
});

const eventsOf = async (cluster: TestCluster, ...reasons: string[]) =>
  (await cluster.client.list('v1', 'Event', { namespace: 'default' })).items
    .filter(({ reason }) => reasons.includes(reason ?? ''))
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
const jobsLeft = async (cluster: TestCluster) =>
  (await cluster.client.list(Jobs, { namespace: 'default' })).items;

test('of a run that fails its receiver is told once, with what it needs to know', async () => {
  await using receiver = await Receiver.start();
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(CronJobs, cronJob({ url: receiver.url, command: 'sleep 5; exit 3' }));
  await cluster.clock.advance('90m');
  const [received] = receiver.received;
  expect(receiver.received).toHaveLength(1);
  expect(received!.path).toBe('/hook?token=s3cret');
  const name = `nightly-${Date.UTC(2026, 0, 1, 1) / 60_000}`;
  const { uid } = (await cluster.client.get(Jobs, { ...at, name })).metadata;
  expect(received!.body).toEqual({
    event: 'JobFailed',
    time: expect.stringMatching(/^2026-01-01T01:00:0\dZ$/),
    namespace: 'default',
    kind: 'Job',
    name,
    uid,
    cronJob: 'nightly',
    scheduledTime: '2026-01-01T01:00:00Z',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    pods: { succeeded: 0, failed: 1 },
  });
  expect(received!.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': expect.stringMatching(/^sampan\/\d/),
    'idempotency-key': `${uid}/JobFailed/${received!.body.time}`,
  });
  expect(await eventsOf(cluster, 'Notified')).toEqual([
    `Normal Notified: Told ${receiver.host} of JobFailed`,
  ]);
  const { metadata } = await cluster.client.get(Jobs, { ...at, name });
  expect(metadata.finalizers).toBeUndefined();
  expect(metadata.annotations?.['sampan.dev/notified']).toBe(`JobFailed@${received!.body.time}`);
  expect(cluster.errors).toEqual([]);
});

test('starts and successes are told to whom asks for them', async () => {
  await using receiver = await Receiver.start();
  await using cluster = await createCluster({ nodes: 1 });
  const more = { 'notify-on': 'started,succeeded' };
  await cluster.client.create(Jobs, aJob({ url: receiver.url, command: 'sleep 60', more }));
  await cluster.clock.advance('30s');
  expect(receiver.told).toEqual(['JobStarted nightly']);
  await cluster.clock.advance('5m');
  expect(receiver.told).toEqual(['JobStarted nightly', 'JobSucceeded nightly']);
});

test('after a night without a cluster it is told of the runs that were missed, in one message', async () => {
  await using receiver = await Receiver.start();
  await using cluster = await createCluster({ nodes: 1, startTime: '2026-01-01T20:30:00Z' });
  await cluster.client.create(CronJobs, cronJob({ url: receiver.url, command: 'true' }));
  await cluster.clock.advance('1h');
  cluster.clock.set('2026-01-02T07:30:00Z');
  await cluster.clock.advance('5m');
  expect(receiver.received.map(({ body }) => body)).toEqual([
    {
      event: 'RunMissed',
      time: '2026-01-02T07:30:00Z',
      namespace: 'default',
      kind: 'CronJob',
      name: 'nightly',
      uid: expect.any(String),
      cronJob: 'nightly',
      scheduledTime: '2026-01-02T06:00:00Z',
      reason: 'NotStarted',
      message: '9 runs, the last of 2026-01-02T06:00:00Z, did not start before the next was due',
      missed: { runs: 9, first: '2026-01-01T22:00:00Z' },
    },
  ]);
  await cluster.clock.advance('3h');
  expect(receiver.received).toHaveLength(1);
  const { metadata } = await cluster.client.get(CronJobs, at);
  expect(metadata.annotations?.['sampan.dev/notified-until']).toBe('2026-01-02T10:00:00Z');
});

test('what was delivered is not told again by the next controllers, and what was not is not lost', async () => {
  let isUp = true;
  await using receiver = await Receiver.start((response) => status(response, isUp ? 200 : 503));
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(CronJobs, cronJob({ url: receiver.url }));
  await cluster.clock.advance('65m');
  expect(receiver.received).toHaveLength(1);
  await cluster.restartControllers();
  await cluster.clock.advance('5m');
  expect(receiver.received).toHaveLength(1);
  isUp = false;
  await cluster.clock.advance('1h');
  expect(receiver.received.length).toBeGreaterThan(2);
  await cluster.restartControllers();
  isUp = true;
  const before = receiver.received.length;
  await cluster.clock.advance('10m');
  expect(receiver.received).toHaveLength(before + 1);
  const [first, second] = [receiver.received[1]!, receiver.received.at(-1)!];
  expect(second.headers['idempotency-key']).toBe(first.headers['idempotency-key']);
  expect((await eventsOf(cluster, 'NotificationDelayed'))[0]).toBe(
    `Warning NotificationDelayed: Cannot tell ${receiver.host} of JobFailed yet: it answered 503; it is tried again for a day`,
  );
  expect((await jobsLeft(cluster)).flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
});

test('a job that is deleted as soon as it ends is still told of, even after a restart, and gone then', async () => {
  let isUp = false;
  await using receiver = await Receiver.start((response) => status(response, isUp ? 200 : 500));
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Jobs, aJob({ url: receiver.url, job: { ttlSecondsAfterFinished: 0 } }));
  await cluster.clock.advance('30m');
  const [job] = await jobsLeft(cluster);
  expect(job!.metadata.deletionTimestamp).toBeDefined();
  await cluster.restartControllers();
  isUp = true;
  await cluster.clock.advance('10m');
  expect(receiver.told.at(-1)).toBe('JobFailed nightly');
  expect(await jobsLeft(cluster)).toEqual([]);
});

test('a receiver that does not come back holds a deleted job for a day, no longer', async () => {
  await using receiver = await Receiver.start((response) => status(response, 500));
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Jobs, aJob({ url: receiver.url }));
  await cluster.clock.advance('1m');
  await cluster.client.delete(Jobs, at);
  await cluster.clock.advance('23h');
  expect(await jobsLeft(cluster)).toHaveLength(1);
  await cluster.clock.advance('61m');
  expect(await jobsLeft(cluster)).toEqual([]);
  const sent = receiver.received.length;
  expect(sent).toBeGreaterThan(288);
  await cluster.clock.advance('2h');
  expect(receiver.received).toHaveLength(sent);
});

test('a CronJob that is deleted with all that it owns is not held', async () => {
  await using receiver = await Receiver.start((response) => status(response, 500));
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(CronJobs, cronJob({ url: receiver.url }));
  await cluster.clock.advance('65m');
  expect(await jobsLeft(cluster)).toHaveLength(1);
  await cluster.client.delete(CronJobs, at, { propagationPolicy: 'Foreground' });
  await cluster.clock.advance('1m');
  expect((await cluster.client.list(CronJobs)).items).toEqual([]);
  expect(await jobsLeft(cluster)).toEqual([]);
});

test('a namespace is not held, nor is a job that is deleted before its end', async () => {
  await using receiver = await Receiver.start((response) => status(response, 500));
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Namespaces, { metadata: { name: 'team' }, spec: {} });
  const failed = aJob({ url: receiver.url });
  await cluster.client.create(Jobs, { ...failed, metadata: { ...failed.metadata, namespace: 'team' } });
  await cluster.client.create(Jobs, aJob({ url: receiver.url, command: 'sleep 600' }));
  await cluster.clock.advance('1m');
  await cluster.client.delete(Jobs, at);
  await cluster.client.delete(Namespaces, { name: 'team' });
  await cluster.clock.advance('1m');
  expect(await jobsLeft(cluster)).toEqual([]);
  expect((await cluster.client.list(Namespaces)).items.map(({ metadata }) => metadata.name)).not.toContain(
    'team',
  );
});

test('a run that a prior one kept from starting is missed once the next is due', async () => {
  await using receiver = await Receiver.start();
  await using cluster = await createCluster({ nodes: 1 });
  const spec = { concurrencyPolicy: 'Forbid' } as const;
  await cluster.client.create(CronJobs, cronJob({ url: receiver.url, command: 'sleep 9000', spec }));
  await cluster.clock.advance('2h59m');
  expect(receiver.received).toEqual([]);
  await cluster.clock.advance('2m');
  expect(receiver.received.map(({ body }) => [body.scheduledTime, body.reason])).toEqual([
    ['2026-01-01T02:00:00Z', 'JobAlreadyActive'],
  ]);
});

test('a run that is past its deadline is missed, and told once', async () => {
  await using receiver = await Receiver.start();
  await using cluster = await createCluster({ nodes: 1 });
  const spec = { startingDeadlineSeconds: 60 };
  await cluster.client.create(CronJobs, cronJob({ url: receiver.url, command: 'true', spec }));
  await cluster.clock.advance('30m');
  cluster.clock.set('2026-01-01T01:10:00Z');
  await cluster.clock.advance('30m');
  expect(receiver.received.map(({ body }) => [body.scheduledTime, body.reason])).toEqual([
    ['2026-01-01T01:00:00Z', 'MissSchedule'],
  ]);
});

test('what was due while it was suspended was not missed', async () => {
  await using receiver = await Receiver.start();
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(CronJobs, cronJob({ url: receiver.url, command: 'true' }));
  const suspend = (suspended: boolean) =>
    cluster.client.patch(CronJobs, at, { type: 'merge', body: { spec: { suspend: suspended } } });
  await cluster.clock.advance('90m');
  await suspend(true);
  await cluster.clock.advance('5h');
  await cluster.restartControllers();
  await suspend(false);
  await cluster.clock.advance('5h');
  expect(receiver.received).toEqual([]);
});

test('the secret is read when it is sent, and waited for', async () => {
  await using receiver = await Receiver.start();
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Jobs, aJob({ url: receiver.url, more: { 'notify-secret': 'hook' } }));
  await cluster.clock.advance('1m');
  expect(receiver.received).toEqual([]);
  expect(await eventsOf(cluster, 'NotificationDelayed')).toEqual([
    `Warning NotificationDelayed: Cannot tell ${receiver.host} of JobFailed yet: there is no secret "hook"; it is tried again for a day`,
  ]);
  const stringData = { authorization: 'Bearer s3cret\n' };
  await cluster.client.create(Secrets, { metadata: { ...at, name: 'hook' }, stringData });
  await cluster.clock.advance('5m');
  expect(receiver.received[0]!.headers.authorization).toBe('Bearer s3cret');
  expect(await cluster.eventTable()).not.toContain('s3cret');
});

test('a receiver that refuses is left alone, and the events say so without its address', async () => {
  await using receiver = await Receiver.start((response) => status(response, 404));
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Jobs, aJob({ url: receiver.url }));
  await cluster.clock.advance('20m');
  await cluster.restartControllers();
  await cluster.clock.advance('20m');
  expect(receiver.received).toHaveLength(1);
  expect(await eventsOf(cluster, 'NotificationFailed')).toEqual([
    `Warning NotificationFailed: Cannot tell ${receiver.host} of JobFailed: it answered 404`,
  ]);
  expect((await cluster.client.get(Jobs, at)).metadata.finalizers).toBeUndefined();
});

test('when the annotation is corrected, it goes to the right receiver', async () => {
  await using wrong = await Receiver.start((response) => status(response, 500));
  await using right = await Receiver.start();
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Jobs, aJob({ url: wrong.url }));
  await cluster.clock.advance('1h');
  const body = { metadata: { annotations: { 'sampan.dev/notify': right.url } } };
  await cluster.client.patch(Jobs, at, { type: 'merge', body });
  await cluster.clock.settle();
  expect(right.told).toEqual(['JobFailed nightly']);
});

test('without the annotation nothing is written and nothing is sent', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const plain = cronJob({ url: 'no URL' });
  await cluster.client.create(CronJobs, plain);
  await cluster.clock.advance('2h');
  const written = JSON.stringify([await cluster.client.get(CronJobs, at), await jobsLeft(cluster)]);
  expect(written).not.toMatch(/notified|"sampan.dev\/notify"\]/);
});
