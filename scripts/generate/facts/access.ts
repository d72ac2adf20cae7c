import type { DefinitionFacts } from './notation.ts';

/** Who asks. */
export const authentication: DefinitionFacts = {
  BoundObjectReference: { uid: 'go=types.UID' },
  SelfSubjectReview: { metadata: 'value', status: 'value' },
  SelfSubjectReviewStatus: { userInfo: 'value' },
  TokenRequest: { metadata: 'value', spec: 'value', status: 'value' },
  TokenRequestSpec: { audiences: 'list=atomic always', expirationSeconds: 'pointer always' },
  TokenRequestStatus: { expirationTimestamp: 'always', token: 'always' },
  TokenReview: { metadata: 'value', status: 'value' },
  TokenReviewSpec: { audiences: 'list=atomic', token: 'omitempty' },
  TokenReviewStatus: { audiences: 'list=atomic', user: 'value' },
  UserInfo: { extra: 'go=map[string]v1.ExtraValue', groups: 'list=atomic' },
};

/** Who may. */
export const authorization: DefinitionFacts = {
  FieldSelectorAttributes: { requirements: 'list=atomic' },
  LabelSelectorAttributes: { requirements: 'list=atomic' },
  LocalSubjectAccessReview: { metadata: 'value', status: 'value' },
  NonResourceAttributes: {},
  NonResourceRule: { nonResourceURLs: 'list=atomic', verbs: 'list=atomic' },
  ResourceAttributes: {},
  ResourceRule: {
    apiGroups: 'list=atomic',
    resourceNames: 'list=atomic',
    resources: 'list=atomic',
    verbs: 'list=atomic',
  },
  SelfSubjectAccessReview: { metadata: 'value', status: 'value' },
  SelfSubjectAccessReviewSpec: {},
  SelfSubjectRulesReview: { metadata: 'value', status: 'value' },
  SelfSubjectRulesReviewSpec: {},
  SubjectAccessReview: { metadata: 'value', status: 'value' },
  SubjectAccessReviewSpec: { extra: 'go=map[string]v1.ExtraValue', groups: 'list=atomic' },
  SubjectAccessReviewStatus: {},
  SubjectRulesReviewStatus: { nonResourceRules: 'list=atomic', resourceRules: 'list=atomic' },
};

/** Certificate signing requests. */
export const certificates: DefinitionFacts = {
  CertificateSigningRequest: { metadata: 'value', status: 'value' },
  CertificateSigningRequestCondition: { status: 'go=v1.ConditionStatus', type: 'go=v1.RequestConditionType' },
  CertificateSigningRequestList: { metadata: 'value' },
  CertificateSigningRequestSpec: {
    expirationSeconds: 'pointer',
    extra: 'go=map[string]v1.ExtraValue',
    groups: 'list=atomic',
    usages: 'go=[]v1.KeyUsage list=atomic',
  },
  CertificateSigningRequestStatus: { conditions: 'list=map(type)' },
};

/** Roles and bindings. */
export const rbac: DefinitionFacts = {
  AggregationRule: { clusterRoleSelectors: 'list=atomic' },
  ClusterRole: { metadata: 'value', rules: 'list=atomic always' },
  ClusterRoleBinding: { metadata: 'value', subjects: 'list=atomic' },
  ClusterRoleBindingList: { metadata: 'value' },
  ClusterRoleList: { metadata: 'value' },
  PolicyRule: {
    apiGroups: 'list=atomic',
    nonResourceURLs: 'list=atomic',
    resourceNames: 'list=atomic',
    resources: 'list=atomic',
    verbs: 'list=atomic',
  },
  Role: { metadata: 'value', rules: 'list=atomic always' },
  RoleBinding: { metadata: 'value', subjects: 'list=atomic' },
  RoleBindingList: { metadata: 'value' },
  RoleList: { metadata: 'value' },
  RoleRef: { '.': 'map=atomic', apiGroup: 'always' },
  Subject: { '.': 'map=atomic' },
};

/** Leases. */
export const coordination: DefinitionFacts = {
  Lease: { metadata: 'value', spec: 'value' },
  LeaseList: { metadata: 'value' },
  LeaseSpec: {
    acquireTime: 'pointer',
    holderIdentity: 'pointer',
    leaseDurationSeconds: 'pointer',
    leaseTransitions: 'pointer',
    preferredHolder: 'pointer',
    renewTime: 'pointer',
    strategy: 'go=v1.CoordinatedLeaseStrategy pointer',
  },
};

/** Slices of services' endpoints. */
export const discovery: DefinitionFacts = {
  Endpoint: {
    addresses: 'list=set',
    conditions: 'value',
    hostname: 'pointer',
    nodeName: 'pointer',
    zone: 'pointer',
  },
  EndpointConditions: { ready: 'pointer', serving: 'pointer', terminating: 'pointer' },
  EndpointHints: { forNodes: 'list=atomic', forZones: 'list=atomic' },
  EndpointPort: {
    '.': 'map=atomic',
    appProtocol: 'pointer',
    name: 'pointer',
    port: 'pointer',
    protocol: 'go=v1.Protocol pointer',
  },
  EndpointSlice: {
    addressType: 'go=v1.AddressType',
    endpoints: 'list=atomic always',
    metadata: 'value',
    ports: 'list=atomic always',
  },
  EndpointSliceList: { metadata: 'value' },
  ForNode: {},
  ForZone: {},
};

/** Events of events.k8s.io. */
export const events: DefinitionFacts = {
  Event: { deprecatedSource: 'value', metadata: 'value', regarding: 'value' },
  EventList: { metadata: 'value' },
  EventSeries: {},
};
