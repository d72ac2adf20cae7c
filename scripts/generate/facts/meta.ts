import type { DefinitionFacts } from './notation.ts';

/** What every object and every answer has. */
export const meta: DefinitionFacts = {
  APIGroup: { preferredVersion: 'value', serverAddressByClientCIDRs: 'list=atomic', versions: 'list=atomic' },
  APIGroupList: { groups: 'list=atomic' },
  APIResource: { categories: 'list=atomic', shortNames: 'list=atomic', verbs: 'go=v1.Verbs' },
  APIResourceList: { resources: 'list=atomic' },
  APIVersions: { serverAddressByClientCIDRs: 'list=atomic', versions: 'list=atomic' },
  Condition: { status: 'go=v1.ConditionStatus' },
  DeleteOptions: {
    dryRun: 'list=atomic',
    gracePeriodSeconds: 'pointer',
    ignoreStoreReadErrorWithClusterBreakingPotential: 'pointer',
    orphanDependents: 'pointer',
    propagationPolicy: 'go=v1.DeletionPropagation pointer',
  },
  FieldSelectorRequirement: { operator: 'go=v1.FieldSelectorOperator', values: 'list=atomic' },
  GroupVersionForDiscovery: {},
  LabelSelector: { '.': 'map=atomic', matchExpressions: 'list=atomic' },
  LabelSelectorRequirement: { operator: 'go=v1.LabelSelectorOperator', values: 'list=atomic' },
  ListMeta: { remainingItemCount: 'pointer' },
  ManagedFieldsEntry: {
    fieldsV1: 'go=v1.FieldsV1 pointer',
    operation: 'go=v1.ManagedFieldsOperationType',
    time: 'pointer',
  },
  ObjectMeta: {
    deletionGracePeriodSeconds: 'pointer',
    deletionTimestamp: 'pointer',
    finalizers: 'list=set patch=merge',
    managedFields: 'list=atomic',
    ownerReferences: 'list=map(uid) merge(uid)',
    uid: 'go=types.UID',
  },
  OwnerReference: {
    '.': 'map=atomic',
    blockOwnerDeletion: 'pointer',
    controller: 'pointer',
    uid: 'go=types.UID',
  },
  Preconditions: { resourceVersion: 'pointer', uid: 'go=types.UID pointer' },
  ServerAddressByClientCIDR: {},
  ShardInfo: {},
  Status: { metadata: 'value', reason: 'go=v1.StatusReason' },
  StatusCause: { reason: 'go=v1.CauseType' },
  StatusDetails: { causes: 'list=atomic', uid: 'go=types.UID' },
  WatchEvent: { object: 'go=runtime.RawExtension' },
};
