import { timestamp } from '../../clock/clock.ts';
import { VIRTUAL_EPOCH } from '../../clock/virtualClock.ts';
import { aNode, aPod, aTemplate, ownedBy, type PodFields } from '../../controllers/testing/builders.ts';
import type { CronJob, DaemonSet, Job, Pod } from '../../generated/types.ts';

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
  const time = timestamp(VIRTUAL_EPOCH + minute * 60_000);
  const annotations = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': time };
  return { ...job, metadata: { ...job.metadata, annotations, ownerReferences: [ownedBy(aCronJob())] } };
};
