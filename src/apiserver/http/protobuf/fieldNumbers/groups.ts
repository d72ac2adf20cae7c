import type { FieldOrder } from './fieldOrder.ts';

/** meta/v1 */
export const meta: FieldOrder = {
  APIGroup: 'name versions preferredVersion serverAddressByClientCIDRs',
  APIGroupList: 'groups',
  APIResource:
    'name namespaced kind verbs shortNames singularName categories group version storageVersionHash',
  APIResourceList: 'groupVersion resources',
  APIVersions: 'versions serverAddressByClientCIDRs',
  Condition: 'type status observedGeneration lastTransitionTime reason message',
  DeleteOptions:
    'gracePeriodSeconds preconditions orphanDependents propagationPolicy dryRun ignoreStoreReadErrorWithClusterBreakingPotential',
  FieldSelectorRequirement: 'key operator values',
  GroupVersionForDiscovery: 'groupVersion version',
  LabelSelector: 'matchLabels matchExpressions',
  LabelSelectorRequirement: 'key operator values',
  ListMeta: 'selfLink resourceVersion continue remainingItemCount shardInfo',
  ManagedFieldsEntry: 'manager operation apiVersion time 6 fieldsType fieldsV1 subresource',
  ObjectMeta:
    'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers 17 managedFields',
  OwnerReference: 'kind 3 name uid apiVersion controller blockOwnerDeletion',
  Preconditions: 'uid resourceVersion',
  ServerAddressByClientCIDR: 'clientCIDR serverAddress',
  ShardInfo: 'selector',
  Status: 'metadata status message reason details code',
  StatusCause: 'reason message field',
  StatusDetails: 'name group kind causes retryAfterSeconds uid',
  WatchEvent: 'type object',
};

/** apps/v1 */
export const apps: FieldOrder = {
  ControllerRevision: 'metadata data revision',
  ControllerRevisionList: 'metadata items',
  DaemonSet: 'metadata spec status',
  DaemonSetCondition: 'type status lastTransitionTime reason message',
  DaemonSetList: 'metadata items',
  DaemonSetSpec: 'selector template updateStrategy minReadySeconds 6 revisionHistoryLimit',
  DaemonSetStatus:
    'currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady observedGeneration updatedNumberScheduled numberAvailable numberUnavailable collisionCount conditions',
  DaemonSetUpdateStrategy: 'type rollingUpdate',
  Deployment: 'metadata spec status',
  DeploymentCondition: 'type status 4 reason message lastUpdateTime lastTransitionTime',
  DeploymentList: 'metadata items',
  DeploymentSpec:
    'replicas selector template strategy minReadySeconds revisionHistoryLimit paused 9 progressDeadlineSeconds',
  DeploymentStatus:
    'observedGeneration replicas updatedReplicas availableReplicas unavailableReplicas conditions readyReplicas collisionCount terminatingReplicas',
  DeploymentStrategy: 'type rollingUpdate',
  ReplicaSet: 'metadata spec status',
  ReplicaSetCondition: 'type status lastTransitionTime reason message',
  ReplicaSetList: 'metadata items',
  ReplicaSetSpec: 'replicas selector template minReadySeconds',
  ReplicaSetStatus:
    'replicas fullyLabeledReplicas observedGeneration readyReplicas availableReplicas conditions terminatingReplicas',
  RollingUpdateDaemonSet: 'maxUnavailable maxSurge',
  RollingUpdateDeployment: 'maxUnavailable maxSurge',
  RollingUpdateStatefulSetStrategy: 'partition maxUnavailable',
  StatefulSet: 'metadata spec status',
  StatefulSetCondition: 'type status lastTransitionTime reason message',
  StatefulSetList: 'metadata items',
  StatefulSetOrdinals: 'start',
  StatefulSetPersistentVolumeClaimRetentionPolicy: 'whenDeleted whenScaled',
  StatefulSetSpec:
    'replicas selector template volumeClaimTemplates serviceName podManagementPolicy updateStrategy revisionHistoryLimit minReadySeconds persistentVolumeClaimRetentionPolicy ordinals',
  StatefulSetStatus:
    'observedGeneration replicas readyReplicas currentReplicas updatedReplicas currentRevision updateRevision 9 collisionCount conditions availableReplicas',
  StatefulSetUpdateStrategy: 'type rollingUpdate',
};

/** authentication.k8s.io/v1 */
export const authentication: FieldOrder = {
  BoundObjectReference: 'kind apiVersion name uid',
  SelfSubjectReview: 'metadata status',
  SelfSubjectReviewStatus: 'userInfo',
  TokenRequest: 'metadata spec status',
  TokenRequestSpec: 'audiences 3 boundObjectRef expirationSeconds',
  TokenRequestStatus: 'token expirationTimestamp',
  TokenReview: 'metadata spec status',
  TokenReviewSpec: 'token audiences',
  TokenReviewStatus: 'authenticated user error audiences',
  UserInfo: 'username uid groups extra',
};

/** authorization.k8s.io/v1 */
export const authorization: FieldOrder = {
  FieldSelectorAttributes: 'rawSelector requirements',
  LabelSelectorAttributes: 'rawSelector requirements',
  LocalSubjectAccessReview: 'metadata spec status',
  NonResourceAttributes: 'path verb',
  NonResourceRule: 'verbs nonResourceURLs',
  ResourceAttributes: 'namespace verb group version resource subresource name fieldSelector labelSelector',
  ResourceRule: 'verbs apiGroups resources resourceNames',
  SelfSubjectAccessReview: 'metadata spec status',
  SelfSubjectAccessReviewSpec: 'resourceAttributes nonResourceAttributes',
  SelfSubjectRulesReview: 'metadata spec status',
  SelfSubjectRulesReviewSpec: 'namespace',
  SubjectAccessReview: 'metadata spec status',
  SubjectAccessReviewSpec: 'resourceAttributes nonResourceAttributes user groups extra uid',
  SubjectAccessReviewStatus: 'allowed reason evaluationError denied',
  SubjectRulesReviewStatus: 'resourceRules nonResourceRules incomplete evaluationError',
};

/** autoscaling/v1 */
export const autoscaling: FieldOrder = {
  Scale: 'metadata spec status',
  ScaleSpec: 'replicas',
  ScaleStatus: 'replicas selector',
};

/** batch/v1 */
export const batch: FieldOrder = {
  CronJob: 'metadata spec status',
  CronJobList: 'metadata items',
  CronJobSpec:
    'schedule startingDeadlineSeconds concurrencyPolicy suspend jobTemplate successfulJobsHistoryLimit failedJobsHistoryLimit timeZone',
  CronJobStatus: 'active 4 lastScheduleTime lastSuccessfulTime',
  Job: 'metadata spec status',
  JobCondition: 'type status lastProbeTime lastTransitionTime reason message',
  JobList: 'metadata items',
  JobSpec:
    'parallelism completions activeDeadlineSeconds selector manualSelector template backoffLimit ttlSecondsAfterFinished completionMode suspend podFailurePolicy backoffLimitPerIndex maxFailedIndexes podReplacementPolicy managedBy successPolicy',
  JobStatus:
    'conditions startTime completionTime active succeeded failed completedIndexes uncountedTerminatedPods ready failedIndexes terminating',
  JobTemplateSpec: 'metadata spec',
  PodFailurePolicy: 'rules',
  PodFailurePolicyOnExitCodesRequirement: 'containerName operator values',
  PodFailurePolicyOnPodConditionsPattern: 'type status',
  PodFailurePolicyRule: 'action onExitCodes onPodConditions',
  SuccessPolicy: 'rules',
  SuccessPolicyRule: 'succeededIndexes succeededCount',
  UncountedTerminatedPods: 'succeeded failed',
};

/** certificates.k8s.io/v1 */
export const certificates: FieldOrder = {
  CertificateSigningRequest: 'metadata spec status',
  CertificateSigningRequestCondition: 'type reason message lastUpdateTime lastTransitionTime status',
  CertificateSigningRequestList: 'metadata items',
  CertificateSigningRequestSpec: 'request username uid groups usages extra signerName expirationSeconds',
  CertificateSigningRequestStatus: 'conditions certificate',
};

/** coordination.k8s.io/v1 */
export const coordination: FieldOrder = {
  Lease: 'metadata spec',
  LeaseList: 'metadata items',
  LeaseSpec:
    'holderIdentity leaseDurationSeconds acquireTime renewTime leaseTransitions strategy preferredHolder',
};

/** discovery.k8s.io/v1 */
export const discovery: FieldOrder = {
  Endpoint: 'addresses conditions hostname targetRef deprecatedTopology nodeName zone hints',
  EndpointConditions: 'ready serving terminating',
  EndpointHints: 'forZones forNodes',
  EndpointPort: 'name protocol port appProtocol',
  EndpointSlice: 'metadata endpoints ports addressType',
  EndpointSliceList: 'metadata items',
  ForNode: 'name',
  ForZone: 'name',
};

/** events.k8s.io/v1 */
export const events: FieldOrder = {
  Event:
    'metadata eventTime series reportingController reportingInstance action reason regarding related note type deprecatedSource deprecatedFirstTimestamp deprecatedLastTimestamp deprecatedCount',
  EventList: 'metadata items',
  EventSeries: 'count lastObservedTime',
};

/** policy/v1 */
export const policy: FieldOrder = {
  Eviction: 'metadata deleteOptions',
  PodDisruptionBudget: 'metadata spec status',
  PodDisruptionBudgetList: 'metadata items',
  PodDisruptionBudgetSpec: 'minAvailable selector maxUnavailable unhealthyPodEvictionPolicy',
  PodDisruptionBudgetStatus:
    'observedGeneration disruptedPods disruptionsAllowed currentHealthy desiredHealthy expectedPods conditions',
};

/** rbac.authorization.k8s.io/v1 */
export const rbac: FieldOrder = {
  AggregationRule: 'clusterRoleSelectors',
  ClusterRole: 'metadata rules aggregationRule',
  ClusterRoleBinding: 'metadata subjects roleRef',
  ClusterRoleBindingList: 'metadata items',
  ClusterRoleList: 'metadata items',
  PolicyRule: 'verbs apiGroups resources resourceNames nonResourceURLs',
  Role: 'metadata rules',
  RoleBinding: 'metadata subjects roleRef',
  RoleBindingList: 'metadata items',
  RoleList: 'metadata items',
  RoleRef: 'apiGroup kind name',
  Subject: 'kind apiGroup name namespace',
};

/** scheduling.k8s.io/v1 */
export const scheduling: FieldOrder = {
  PriorityClass: 'metadata value globalDefault description preemptionPolicy',
  PriorityClassList: 'metadata items',
};
