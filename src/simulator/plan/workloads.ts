import type {
  CronJob,
  DaemonJob,
  DaemonSet,
  Deployment,
  JobSpec,
  ObjectMeta,
  PodDisruptionBudget,
  PodTemplateSpec,
  StatefulSet,
} from '../../generated/types.ts';
import type { Chance } from './chance.ts';
import { NAMESPACE, TAINT_KEY, UNPULLABLE, type Workload, type WorkloadKind } from './plan.ts';

/** A workload of that kind as somebody might write it. */
export function aWorkload(kind: WorkloadKind, name: string, chance: Chance): Workload {
  switch (kind) {
    case 'DaemonSet':
      return aDaemonSet(name, chance);
    case 'Job':
      return { apiVersion: 'batch/v1', kind: 'Job', metadata: metaOf(name), spec: aJobSpec(name, chance) };
    case 'CronJob':
      return aCronJob(name, chance);
    case 'Deployment':
      return aDeployment(name, chance);
    case 'StatefulSet':
      return aStatefulSet(name, chance);
    case 'DaemonJob':
      return aDaemonJob(name, chance);
    case 'PodDisruptionBudget':
      return aBudget(name, chance);
  }
}

const metaOf = (name: string): ObjectMeta => ({ name, namespace: NAMESPACE });

function aDaemonSet(name: string, chance: Chance): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metaOf(name),
    spec: {
      selector: { matchLabels: { app: name } },
      updateStrategy: anUpdateStrategy(chance),
      ...(chance.may(0.3) && { minReadySeconds: chance.between(1, 20) }),
      ...(chance.may(0.2) && { revisionHistoryLimit: chance.between(0, 2) }),
      template: aServer(name, chance),
    },
  };
}

export function anUpdateStrategy(chance: Chance): NonNullable<DaemonSet['spec']['updateStrategy']> {
  if (chance.may(0.15)) return { type: 'OnDelete' };
  const rollingUpdate = chance.weighted([
    [4, { maxUnavailable: 1 }],
    [2, { maxUnavailable: 2 }],
    [1, { maxUnavailable: '50%' }],
    [2, { maxSurge: 1, maxUnavailable: 0 }],
    [1, { maxSurge: '50%', maxUnavailable: 0 }],
  ]);
  return { type: 'RollingUpdate', rollingUpdate };
}

/** Of pods that go on until they are stopped. */
function aServer(name: string, chance: Chance): PodTemplateSpec {
  return {
    metadata: {
      labels: { app: name },
      annotations: {
        'sampan.dev/start-delay': `${chance.between(0, 4)}`,
        'sampan.dev/ready-delay': `${chance.oneOf([0, 0, 1, 5])}`,
      },
    },
    spec: {
      containers: [{ name: 'main', image: anImage(chance) }],
      ...(chance.may(0.3) && { nodeSelector: { disk: 'ssd' } }),
      ...(chance.may(0.3) && { tolerations: [{ key: TAINT_KEY, operator: 'Exists' }] }),
      ...(chance.may(0.3) && { terminationGracePeriodSeconds: chance.between(0, 5) }),
    },
  };
}

export const anImage = (chance: Chance): string => `example/server:${chance.between(1, 4)}`;
export const anUnpullableImage = `example/${UNPULLABLE.source}:1`;

function aJobSpec(name: string, chance: Chance): JobSpec {
  const mode = chance.oneOf(['counted', 'indexed', 'perIndex', 'queue', 'single'] as const);
  const completions = chance.between(1, 6);
  const isIndexed = mode === 'indexed' || mode === 'perIndex';
  const restartPolicy = chance.may(0.25) && mode !== 'perIndex' ? 'OnFailure' : 'Never';
  return {
    ...(mode !== 'queue' && mode !== 'single' && { completions }),
    ...(isIndexed && { completionMode: 'Indexed' }),
    ...(mode !== 'single' && { parallelism: chance.between(1, 4) }),
    ...(mode === 'perIndex'
      ? { backoffLimitPerIndex: chance.between(0, 1), ...(chance.may(0.3) && { maxFailedIndexes: 2 }) }
      : { backoffLimit: chance.between(0, 3) }),
    ...(chance.may(0.15) && { activeDeadlineSeconds: chance.between(20, 200) }),
    ...(chance.may(0.2) && { ttlSecondsAfterFinished: chance.between(0, 120) }),
    ...(chance.may(0.1) && { suspend: true }),
    ...(chance.may(0.2) && { podReplacementPolicy: 'Failed' }),
    ...(isIndexed && chance.may(0.2) && { successPolicy: { rules: [{ succeededCount: 1 }] } }),
    ...(restartPolicy === 'Never' && chance.may(0.2) && aFailurePolicy),
    template: aWorker(name, restartPolicy, chance),
  };
}

const aFailurePolicy: Pick<JobSpec, 'podFailurePolicy' | 'podReplacementPolicy'> = {
  podReplacementPolicy: 'Failed',
  podFailurePolicy: {
    rules: [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } },
    ],
  },
};

/** Of pods that do their work and end. */
function aWorker(name: string, restartPolicy: string, chance: Chance): PodTemplateSpec {
  return {
    metadata: {
      labels: { work: name },
      annotations: {
        'sampan.dev/run-time': `${chance.oneOf([1, 3, 10, 25, 40])}`,
        'sampan.dev/failure-rate': chance.oneOf(['0', '0', '0.15', '0.3']),
      },
    },
    spec: { restartPolicy, containers: [{ name: 'main', image: 'example/worker' }] },
  };
}

const TIME_ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Chatham'];

function aCronJob(name: string, chance: Chance): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metaOf(name),
    spec: {
      schedule: aSchedule(chance),
      concurrencyPolicy: chance.oneOf(['Allow', 'Forbid', 'Replace']),
      ...(chance.may(0.5) && { timeZone: chance.oneOf(TIME_ZONES) }),
      ...(chance.may(0.3) && { startingDeadlineSeconds: chance.between(15, 200) }),
      ...(chance.may(0.4) && { successfulJobsHistoryLimit: chance.between(0, 2) }),
      ...(chance.may(0.4) && { failedJobsHistoryLimit: chance.between(0, 2) }),
      jobTemplate: { spec: aScheduledJobSpec(name, chance) },
    },
  };
}

/** What a schedule starts takes from a moment to longer than a period. */
function aScheduledJobSpec(name: string, chance: Chance): JobSpec {
  const template = aWorker(name, 'Never', chance);
  template.metadata!.annotations!['sampan.dev/run-time'] = `${chance.oneOf([1, 10, 45, 100])}`;
  return { backoffLimit: chance.between(0, 1), template };
}

export const aSchedule = (chance: Chance): string =>
  chance.weighted([
    [3, '* * * * *'],
    [3, '*/2 * * * *'],
    [2, '*/3 * * * *'],
    [1, '1-59/5 * * * *'],
    [1, `${chance.between(0, 29)},${chance.between(30, 59)} * * * *`],
    [1, '*/4 * * * 1-5'],
  ]);

function aDeployment(name: string, chance: Chance): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metaOf(name),
    spec: {
      replicas: chance.between(1, 4),
      selector: { matchLabels: { app: name } },
      template: aServer(name, chance),
      ...(chance.may(0.3) && { strategy: { type: 'Recreate' } }),
    },
  };
}

function aStatefulSet(name: string, chance: Chance): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metaOf(name),
    spec: {
      serviceName: name,
      replicas: chance.between(1, 4),
      selector: { matchLabels: { app: name } },
      podManagementPolicy: chance.oneOf(['OrderedReady', 'OrderedReady', 'Parallel']),
      template: aServer(name, chance),
      ...(chance.may(0.2) && { updateStrategy: { type: 'OnDelete' } }),
    },
  };
}

function aDaemonJob(name: string, chance: Chance): DaemonJob {
  const template = aWorker(name, 'Never', chance);
  return {
    apiVersion: 'sampan.dev/v1',
    kind: 'DaemonJob',
    metadata: metaOf(name),
    spec: {
      jobTemplate: { spec: { backoffLimit: chance.between(0, 1), template } },
      ...(chance.may(0.4) && { maxParallel: chance.oneOf([1, 2, '50%']) }),
      ...(chance.may(0.1) && { suspend: true }),
    },
  };
}

/** Of the pods of the workload of the same name. */
function aBudget(name: string, chance: Chance): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metaOf(name),
    spec: { minAvailable: chance.between(1, 2), selector: { matchLabels: { app: name } } },
  };
}
