import { mutatingAdmissionPolicies } from './admissionregistration/mutatingAdmissionPolicy.ts';
import {
  mutatingAdmissionPolicyBindings,
  validatingAdmissionPolicyBindings,
} from './admissionregistration/policyBinding.ts';
import { validatingAdmissionPolicies } from './admissionregistration/validatingAdmissionPolicy.ts';
import {
  mutatingWebhookConfigurations,
  validatingWebhookConfigurations,
} from './admissionregistration/webhookConfiguration.ts';
import { certificateSigningRequests } from './certificateSigningRequest/certificateSigningRequest.ts';
import { configMaps } from './configMap.ts';
import { controllerRevisions } from './controllerRevision.ts';
import { cronJobs } from './cronjob/cronJob.ts';
import { customResourceDefinitions } from './customresourcedefinition/customResourceDefinition.ts';
import { daemonJobs } from './daemonjob/daemonJob.ts';
import { daemonSets } from './daemonset/daemonSet.ts';
import { deployments } from './deployment.ts';
import { endpoints } from './endpoints.ts';
import { endpointSlices } from './endpointslice/endpointSlice.ts';
import { events } from './event.ts';
import { jobs } from './job/job.ts';
import { leases } from './lease.ts';
import { limitRanges } from './limitRange.ts';
import { namespaces } from './namespace.ts';
import { nodes } from './node.ts';
import { pods } from './pod/pod.ts';
import { podDisruptionBudgets } from './podDisruptionBudget.ts';
import { podTemplates } from './podtemplate/podTemplate.ts';
import { priorityClasses } from './priorityClass.ts';
import { clusterRoles } from './rbac/clusterRole.ts';
import { clusterRoleBindings } from './rbac/clusterRoleBinding.ts';
import { roles } from './rbac/role.ts';
import { roleBindings } from './rbac/roleBinding.ts';
import { replicaSets } from './replicaSet.ts';
import { replicationControllers } from './replicationController.ts';
import type { Alternative, Resource } from './resource.ts';
import { resourceQuotas } from './resourceQuota.ts';
import { secrets } from './secret.ts';
import { services } from './service.ts';
import { serviceAccounts } from './serviceAccount.ts';
import { statefulSets } from './statefulset/statefulSet.ts';

/** Every kind that is kept, in the order of discovery. */
export const allResources: readonly Resource[] = [
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  pods,
  podTemplates,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  customResourceDefinitions,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  cronJobs,
  jobs,
  daemonJobs,
  certificateSigningRequests,
  leases,
  endpointSlices,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  podDisruptionBudgets,
  priorityClasses,
];

/** A kind as one API version shows it. */
export interface ServedResource {
  readonly resource: Resource;
  /** Set when this is not the version that is stored. */
  readonly alternative: Alternative | undefined;
}

const keyOfServed = (group: string, version: string, plural: string): string =>
  `${group}/${version}/${plural}`;

const served: ReadonlyMap<string, ServedResource> = new Map(
  allResources.flatMap((resource): [string, ServedResource][] => [
    [keyOfServed(resource.group, resource.version, resource.plural), { resource, alternative: undefined }],
    ...(resource.alternatives ?? []).map((alternative): [string, ServedResource] => [
      keyOfServed(alternative.group, alternative.version, resource.plural),
      { resource, alternative },
    ]),
  ]),
);

/** The kind behind a path of the API; undefined when there is none. */
export const resourceFor = (group: string, version: string, plural: string): ServedResource | undefined =>
  served.get(keyOfServed(group, version, plural));

/** What a manifest names by version and kind; undefined when there is no such kind. */
export const resourceOfKind = (group: string, version: string, kind: string): ServedResource | undefined => {
  const resource = allResources.find(
    (candidate) => candidate.kind === kind && resourceFor(group, version, candidate.plural) !== undefined,
  );
  return resource && resourceFor(group, version, resource.plural);
};
