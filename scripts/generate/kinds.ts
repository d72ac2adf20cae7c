/** The kinds that sampan serves or reads, by group and version, and the client-node models that they are. */
export interface KindsOfVersion {
  readonly group: string;
  readonly version: string;
  /** Models without their `V1` (or `CoreV1`, …): each becomes a kind, with its list where there is a model of one. */
  readonly kinds: readonly string[];
  /** What client-node puts before the name of a model that two groups have. */
  readonly prefixes?: Readonly<Record<string, string>>;
}

export const kindsOfVersions: readonly KindsOfVersion[] = [
  {
    group: '',
    version: 'v1',
    kinds: [
      'Binding',
      'ConfigMap',
      'Endpoints',
      'Event',
      'LimitRange',
      'Namespace',
      'Node',
      'Pod',
      'PodTemplate',
      'ReplicationController',
      'ResourceQuota',
      'Secret',
      'Service',
      'ServiceAccount',
      'Status',
      'APIGroup',
      'APIGroupList',
      'APIResourceList',
      'APIVersions',
    ],
    prefixes: { Event: 'CoreV1', EventList: 'CoreV1' },
  },
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kinds: [
      'MutatingAdmissionPolicy',
      'MutatingAdmissionPolicyBinding',
      'MutatingWebhookConfiguration',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
      'ValidatingWebhookConfiguration',
    ],
  },
  { group: 'apiextensions.k8s.io', version: 'v1', kinds: ['CustomResourceDefinition'] },
  {
    group: 'apps',
    version: 'v1',
    kinds: ['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  },
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    kinds: ['SelfSubjectReview', 'TokenRequest', 'TokenReview'],
    prefixes: { TokenRequest: 'AuthenticationV1' },
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kinds: [
      'LocalSubjectAccessReview',
      'SelfSubjectAccessReview',
      'SelfSubjectRulesReview',
      'SubjectAccessReview',
    ],
  },
  { group: 'autoscaling', version: 'v1', kinds: ['Scale'] },
  { group: 'batch', version: 'v1', kinds: ['CronJob', 'Job'] },
  { group: 'certificates.k8s.io', version: 'v1', kinds: ['CertificateSigningRequest'] },
  { group: 'coordination.k8s.io', version: 'v1', kinds: ['Lease'] },
  { group: 'discovery.k8s.io', version: 'v1', kinds: ['EndpointSlice'] },
  {
    group: 'events.k8s.io',
    version: 'v1',
    kinds: ['Event'],
    prefixes: { Event: 'EventsV1', EventList: 'EventsV1' },
  },
  { group: 'metrics.k8s.io', version: 'v1beta1', kinds: ['NodeMetrics', 'PodMetrics'] },
  { group: 'policy', version: 'v1', kinds: ['Eviction', 'PodDisruptionBudget'] },
  {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kinds: ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  },
  { group: 'sampan.dev', version: 'v1', kinds: ['DaemonJob'] },
  { group: 'scheduling.k8s.io', version: 'v1', kinds: ['PriorityClass'] },
];

/** Older versions, whose shapes equal those of `v1`: their definitions are copies under the older name. */
export interface OlderVersion {
  readonly group: string;
  readonly version: string;
  readonly package: string;
  readonly copiedFrom: string;
  readonly kinds: readonly string[];
  /** Every definition of the package that the kinds lead to. */
  readonly definitions: readonly string[];
}

export const olderVersions: readonly OlderVersion[] = [
  {
    group: 'batch',
    version: 'v1beta1',
    package: 'io.k8s.api.batch.v1beta1',
    copiedFrom: 'io.k8s.api.batch.v1',
    kinds: ['CronJob', 'CronJobList'],
    definitions: ['CronJob', 'CronJobList', 'CronJobSpec', 'CronJobStatus', 'JobTemplateSpec'],
  },
  {
    group: 'policy',
    version: 'v1beta1',
    package: 'io.k8s.api.policy.v1beta1',
    copiedFrom: 'io.k8s.api.policy.v1',
    kinds: ['Eviction'],
    definitions: ['Eviction'],
  },
];

/** Kinds that belong to every group: `kubectl` sends `DeleteOptions` in the version of what it deletes. */
export const kindsOfEveryVersion = ['DeleteOptions', 'WatchEvent'] as const;
