import { timestamp } from '../../clock/clock.ts';
import { aNode, aPod, aTemplate, NOW, ownedBy, type PodFields } from '../../controllers/testing/builders.ts';
import type {
  CronJob,
  DaemonJob,
  DaemonSet,
  Job,
  Pod,
  PodDisruptionBudget,
  StatefulSet,
} from '../../generated/types.ts';

export { aNode, aPod };

const metaOf = (name: string) => ({ name, namespace: 'default', uid: `uid-${name}`, generation: 1 });

export const aDaemonSet = (spec: Partial<DaemonSet['spec']> = {}): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: metaOf('ds'),
  spec: { selector: { matchLabels: { app: 'ds' } }, template: aTemplate('ds'), ...spec },
});

export const aDaemon = (name: string, node: string, fields: PodFields = {}, hash = 'v1'): Pod =>
  aPod(name, { owner: ownedBy(aDaemonSet()), node, labels: { 'controller-revision-hash': hash }, ...fields });

export const aJob = (spec: Partial<Job['spec']> = {}, status: Job['status'] = {}, name = 'job'): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metaOf(name),
  spec: { template: aTemplate(name), ...spec },
  status,
});

export const jobIs = (type: string): Job['status'] => ({ conditions: [{ type, status: 'True' }] });

export const aJobPod = (name: string, fields: PodFields = {}): Pod =>
  aPod(name, { owner: ownedBy(aJob()), finalizers: ['batch.kubernetes.io/job-tracking'], ...fields });

export const anIndexPod = (name: string, index: number, fields: PodFields = {}): Pod =>
  aJobPod(name, { annotations: { 'batch.kubernetes.io/job-completion-index': String(index) }, ...fields });

export const aCronJob = (spec: Partial<CronJob['spec']> = {}): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: metaOf('cron'),
  spec: { schedule: '* * * * *', jobTemplate: { spec: { template: aTemplate('cron') } }, ...spec },
});

/** A job of the CronJob, for so many minutes after the beginning. */
export const aRun = (minute: number, status: Job['status'] = {}, name = `cron-${minute}`): Job => {
  const job = aJob({}, status, name);
  const time = timestamp(NOW + minute * 60_000);
  const annotations = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': time };
  return { ...job, metadata: { ...job.metadata, annotations, ownerReferences: [ownedBy(aCronJob())] } };
};

export const aStatefulSet = (podManagementPolicy: string): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: metaOf('web'),
  spec: {
    podManagementPolicy,
    selector: { matchLabels: { app: 'web' } },
    template: aTemplate('web'),
  },
});

/** A pod of the StatefulSet. */
export const aMember = (ordinal: number, fields: PodFields = {}, name = `web-${ordinal}`): Pod =>
  aPod(name, {
    owner: ownedBy(aStatefulSet('Parallel')),
    labels: { app: 'web', 'apps.kubernetes.io/pod-index': `${ordinal}` },
    ...fields,
  });

/** Of the pods of the StatefulSet. */
export const aBudget = (minAvailable: number): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metaOf('web'),
  spec: { minAvailable, selector: { matchLabels: { app: 'web' } } },
});

const daemonJob: DaemonJob = {
  apiVersion: 'sampan.dev/v1',
  kind: 'DaemonJob',
  metadata: metaOf('scrub'),
  spec: { jobTemplate: { spec: { template: aTemplate('scrub') } } },
};

/** The job of a DaemonJob for a node. */
export const aNodeJob = (name: string, node: string, template = 'v1'): Job => {
  const job = aJob({}, {}, name);
  const annotations = { 'sampan.dev/node-uid': `uid-${node}` };
  const labels = { 'sampan.dev/template-hash': template };
  return {
    ...job,
    metadata: { ...job.metadata, annotations, labels, ownerReferences: [ownedBy(daemonJob)] },
  };
};
