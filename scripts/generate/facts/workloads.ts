import type { DefinitionFacts } from './notation.ts';

/** DaemonSets, ReplicaSets, Deployments, StatefulSets. */
export const apps: DefinitionFacts = {
  ControllerRevision: { data: 'go=runtime.RawExtension', metadata: 'value' },
  ControllerRevisionList: { metadata: 'value' },
  DaemonSet: { metadata: 'value', spec: 'value', status: 'value' },
  DaemonSetCondition: { status: 'go=v1.ConditionStatus', type: 'go=v1.DaemonSetConditionType' },
  DaemonSetList: { metadata: 'value' },
  DaemonSetSpec: { revisionHistoryLimit: 'pointer', selector: 'pointer', updateStrategy: 'value' },
  DaemonSetStatus: { collisionCount: 'pointer', conditions: 'list=map(type) merge(type)' },
  DaemonSetUpdateStrategy: { type: 'go=v1.DaemonSetUpdateStrategyType' },
  Deployment: { metadata: 'value', spec: 'value', status: 'value' },
  DeploymentCondition: { status: 'go=v1.ConditionStatus', type: 'go=v1.DeploymentConditionType' },
  DeploymentList: { metadata: 'value' },
  DeploymentSpec: {
    progressDeadlineSeconds: 'pointer',
    replicas: 'pointer',
    revisionHistoryLimit: 'pointer',
    selector: 'pointer',
    strategy: 'patch=retainKeys value',
  },
  DeploymentStatus: {
    collisionCount: 'pointer',
    conditions: 'list=map(type) merge(type)',
    terminatingReplicas: 'pointer',
  },
  DeploymentStrategy: { type: 'go=v1.DeploymentStrategyType' },
  ReplicaSet: { metadata: 'value', spec: 'value', status: 'value' },
  ReplicaSetCondition: { status: 'go=v1.ConditionStatus', type: 'go=v1.ReplicaSetConditionType' },
  ReplicaSetList: { metadata: 'value' },
  ReplicaSetSpec: { replicas: 'pointer', selector: 'pointer', template: 'value' },
  ReplicaSetStatus: { conditions: 'list=map(type) merge(type)', terminatingReplicas: 'pointer' },
  RollingUpdateDaemonSet: { maxSurge: 'pointer', maxUnavailable: 'pointer' },
  RollingUpdateDeployment: { maxSurge: 'pointer', maxUnavailable: 'pointer' },
  RollingUpdateStatefulSetStrategy: { maxUnavailable: 'pointer', partition: 'pointer' },
  StatefulSet: { metadata: 'value', spec: 'value', status: 'value' },
  StatefulSetCondition: { status: 'go=v1.ConditionStatus', type: 'go=v1.StatefulSetConditionType' },
  StatefulSetList: { metadata: 'value' },
  StatefulSetOrdinals: { start: 'always' },
  StatefulSetPersistentVolumeClaimRetentionPolicy: {
    whenDeleted: 'go=v1.PersistentVolumeClaimRetentionPolicyType',
    whenScaled: 'go=v1.PersistentVolumeClaimRetentionPolicyType',
  },
  StatefulSetSpec: {
    podManagementPolicy: 'go=v1.PodManagementPolicyType',
    replicas: 'pointer',
    revisionHistoryLimit: 'pointer',
    selector: 'pointer',
    serviceName: 'always',
    updateStrategy: 'value',
    volumeClaimTemplates: 'list=atomic',
  },
  StatefulSetStatus: {
    availableReplicas: 'always',
    collisionCount: 'pointer',
    conditions: 'list=map(type) merge(type)',
  },
  StatefulSetUpdateStrategy: { type: 'go=v1.StatefulSetUpdateStrategyType' },
};

/** Jobs and CronJobs. */
export const batch: DefinitionFacts = {
  CronJob: { metadata: 'value', status: 'value' },
  CronJobList: { metadata: 'value' },
  CronJobSpec: {
    concurrencyPolicy: 'go=v1.ConcurrencyPolicy',
    failedJobsHistoryLimit: 'pointer',
    startingDeadlineSeconds: 'pointer',
    successfulJobsHistoryLimit: 'pointer',
    suspend: 'pointer',
    timeZone: 'pointer',
  },
  CronJobStatus: {
    active: 'list=atomic',
    lastScheduleTime: 'pointer',
    lastSuccessfulTime: 'pointer',
    nextScheduleTime: 'pointer',
    backfilledUntil: 'pointer',
    scheduleSince: 'pointer',
  },
  Job: { metadata: 'value', spec: 'value', status: 'value' },
  JobCondition: { status: 'go=v1.ConditionStatus', type: 'go=v1.JobConditionType' },
  JobList: { metadata: 'value' },
  JobSpec: {
    activeDeadlineSeconds: 'pointer',
    backoffLimit: 'pointer',
    backoffLimitPerIndex: 'pointer',
    completionMode: 'go=v1.CompletionMode pointer',
    completions: 'pointer',
    managedBy: 'pointer',
    manualSelector: 'pointer',
    maxFailedIndexes: 'pointer',
    parallelism: 'pointer',
    podReplacementPolicy: 'go=v1.PodReplacementPolicy pointer',
    suspend: 'pointer',
    ttlSecondsAfterFinished: 'pointer',
  },
  JobStatus: {
    completionTime: 'pointer',
    conditions: 'list=atomic merge(type)',
    failedIndexes: 'pointer',
    ready: 'pointer',
    startTime: 'pointer',
    terminating: 'pointer',
  },
  JobTemplateSpec: { metadata: 'value', spec: 'value' },
  PodFailurePolicy: { rules: 'list=atomic' },
  PodFailurePolicyOnExitCodesRequirement: {
    containerName: 'pointer',
    operator: 'go=v1.PodFailurePolicyOnExitCodesOperator',
    values: 'list=set',
  },
  PodFailurePolicyOnPodConditionsPattern: {
    status: 'go=v1.ConditionStatus always',
    type: 'go=v1.PodConditionType',
  },
  PodFailurePolicyRule: { action: 'go=v1.PodFailurePolicyAction', onPodConditions: 'list=atomic' },
  SuccessPolicy: { rules: 'list=atomic' },
  SuccessPolicyRule: { succeededCount: 'pointer', succeededIndexes: 'pointer' },
  UncountedTerminatedPods: { failed: 'go=[]types.UID list=set', succeeded: 'go=[]types.UID list=set' },
};

/** The scale subresource. */
export const autoscaling: DefinitionFacts = {
  Scale: { metadata: 'value', spec: 'value', status: 'value' },
  ScaleSpec: { replicas: 'default=0' },
  ScaleStatus: {},
};

/** Eviction. */
export const policy: DefinitionFacts = {
  Eviction: { metadata: 'value' },
  PodDisruptionBudget: { metadata: 'value', spec: 'value', status: 'value' },
  PodDisruptionBudgetList: { metadata: 'value' },
  PodDisruptionBudgetSpec: {
    maxUnavailable: 'pointer',
    minAvailable: 'pointer',
    selector: 'patch=replace pointer',
    unhealthyPodEvictionPolicy: 'go=v1.UnhealthyPodEvictionPolicyType pointer',
  },
  PodDisruptionBudgetStatus: {
    conditions: 'list=map(type) merge(type)',
    currentHealthy: 'always',
    desiredHealthy: 'always',
    disruptedPods: 'go=map[string]v1.Time',
    disruptionsAllowed: 'always',
    expectedPods: 'always',
  },
};

/** Priorities. */
export const scheduling: DefinitionFacts = {
  PriorityClass: { metadata: 'value', preemptionPolicy: 'go=v1.PreemptionPolicy pointer', value: 'always' },
  PriorityClassList: { metadata: 'value' },
};

/** What metrics-server serves. */
export const metrics: DefinitionFacts = {
  NodeMetrics: { metadata: 'value', window: 'go=v1.Duration', usage: 'go=v1.ResourceList' },
  NodeMetricsList: { metadata: 'value' },
  PodMetrics: { metadata: 'value', window: 'go=v1.Duration', containers: 'list=atomic' },
  PodMetricsList: { metadata: 'value' },
  ContainerMetrics: { usage: 'go=v1.ResourceList' },
};

/** What upstream does not have. */
export const sampan: DefinitionFacts = {
  DaemonJob: { metadata: 'value', spec: 'value', status: 'value' },
  DaemonJobList: { metadata: 'value' },
  DaemonJobSpec: { maxParallel: 'pointer', suspend: 'pointer' },
  DaemonJobStatus: {
    desired: 'always',
    active: 'always',
    succeeded: 'always',
    failed: 'always',
    failedNodes: 'list=atomic',
    completionTime: 'pointer',
    conditions: 'list=map(type) merge(type)',
  },
};
