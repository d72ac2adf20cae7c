import type {
  CronJob,
  CronJobSpec,
  DaemonSet,
  DaemonSetSpec,
  Job,
  JobSpec,
  Pod,
  PodTemplateSpec,
} from '../../src/generated/types.ts';
import type { TestCluster } from '../../src/index.ts';

export const NAMESPACE = 'default';

/** A pod template whose one container runs a command of the shell. */
export const template = (command: string, more: Partial<PodTemplateSpec['spec']> = {}): PodTemplateSpec => ({
  metadata: {},
  spec: {
    restartPolicy: 'Never',
    containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', command] }],
    ...more,
  } as NonNullable<PodTemplateSpec['spec']>,
});

export const job = (name: string, command: string, spec: Partial<JobSpec> = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: NAMESPACE },
  spec: { template: template(command), ...spec },
});

export const cronJob = (
  name: string,
  schedule: string,
  command: string,
  spec: Partial<CronJobSpec> = {},
): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name, namespace: NAMESPACE },
  spec: { schedule, jobTemplate: { spec: { template: template(command) } }, ...spec },
});

export const daemonSet = (
  name: string,
  spec: Partial<DaemonSetSpec> = {},
  pod: Partial<PodTemplateSpec['spec']> = {},
): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'nginx:1' }], ...pod },
    },
    ...spec,
  },
});

export const ref = (name: string) => ({ name, namespace: NAMESPACE });

export const jobNamed = (cluster: TestCluster, name: string): Promise<Job> =>
  cluster.client.get('batch/v1', 'Job', ref(name));

export const cronJobNamed = (cluster: TestCluster, name: string): Promise<CronJob> =>
  cluster.client.get('batch/v1', 'CronJob', ref(name));

export const daemonSetNamed = (cluster: TestCluster, name: string): Promise<DaemonSet> =>
  cluster.client.get('apps/v1', 'DaemonSet', ref(name));

/** The jobs that are there, oldest scheduled time first. */
export async function jobsOf(cluster: TestCluster): Promise<readonly Job[]> {
  const { items } = await cluster.client.list('batch/v1', 'Job', { namespace: NAMESPACE });
  return items;
}

export async function podsOf(cluster: TestCluster, labelSelector?: string): Promise<readonly Pod[]> {
  const { items } = await cluster.client.list('v1', 'Pod', { namespace: NAMESPACE, labelSelector });
  return items;
}

/** The scheduled minutes of all jobs that were ever made, in the order of their making: `02:05`. */
export const startedAt = (cluster: TestCluster): readonly string[] =>
  cluster
    .history!.of('Job')
    .filter(({ type }) => type === 'ADDED')
    .map(({ object }) => scheduledTime(object as Job).slice(11, 16));

/** From the job's name, which ends with the scheduled time in minutes. */
export const scheduledTime = ({ metadata }: Job): string =>
  new Date(Number(metadata.name!.split('-').at(-1)) * 60_000).toISOString();

/** The reasons of an object's events, in the order in which they first came. */
export async function reasonsOf(cluster: TestCluster, name: string): Promise<readonly string[]> {
  const fieldSelector = `involvedObject.name=${name}`;
  const { items } = await cluster.client.list('v1', 'Event', { namespace: NAMESPACE, fieldSelector });
  return items
    .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ reason }) => reason ?? '');
}

export const conditionsOf = ({ status }: Job): readonly string[] =>
  (status?.conditions ?? []).filter(({ status }) => status === 'True').map(({ type }) => type);

/** Cuts the controllers off from the API after they have made their n-th write that matches, and has others take over. */
export async function crashAfterWrite(
  cluster: TestCluster,
  matches: (request: { verb: string; plural: string }) => boolean,
): Promise<void> {
  const link = cluster.controllerLink;
  const crashed = Promise.withResolvers<void>();
  link.interceptor = {
    after: (request) => {
      if (!matches(request)) return;
      link.cut();
      crashed.resolve();
    },
  };
  await cluster.clock.runUntil(() => link.isCut, { what: 'the write after which the controllers die' });
  await crashed.promise;
  await cluster.restartControllers();
}
