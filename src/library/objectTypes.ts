import type { KubernetesObject } from '../apimachinery/object.ts';
import type * as types from '../generated/types.ts';

/** What an API version and a kind name, for TypeScript: `ObjectTypes['batch/v1']['Job']`. */
export interface ObjectTypes {
  v1: {
    ConfigMap: types.ConfigMap;
    Endpoints: types.Endpoints;
    Event: types.CoreV1Event;
    LimitRange: types.LimitRange;
    Namespace: types.Namespace;
    Node: types.Node;
    Pod: types.Pod;
    PodTemplate: types.PodTemplate;
    ReplicationController: types.ReplicationController;
    ResourceQuota: types.ResourceQuota;
    Secret: types.Secret;
    Service: types.Service;
    ServiceAccount: types.ServiceAccount;
  };
  'apiextensions.k8s.io/v1': { CustomResourceDefinition: types.CustomResourceDefinition };
  'apps/v1': {
    ControllerRevision: types.ControllerRevision;
    DaemonSet: types.DaemonSet;
    Deployment: types.Deployment;
    ReplicaSet: types.ReplicaSet;
    StatefulSet: types.StatefulSet;
  };
  'batch/v1': { CronJob: types.CronJob; Job: types.Job };
  'certificates.k8s.io/v1': { CertificateSigningRequest: types.CertificateSigningRequest };
  'coordination.k8s.io/v1': { Lease: types.Lease };
  'discovery.k8s.io/v1': { EndpointSlice: types.EndpointSlice };
  'policy/v1': { PodDisruptionBudget: types.PodDisruptionBudget };
  'rbac.authorization.k8s.io/v1': {
    ClusterRole: types.ClusterRole;
    ClusterRoleBinding: types.ClusterRoleBinding;
    Role: types.Role;
    RoleBinding: types.RoleBinding;
  };
  'sampan.dev/v1': { DaemonJob: types.DaemonJob };
  'scheduling.k8s.io/v1': { PriorityClass: types.PriorityClass };
}

export type ApiVersion = keyof ObjectTypes;
export type KindOf<V extends ApiVersion> = keyof ObjectTypes[V] & string;
export type ObjectOf<V extends ApiVersion, K extends KindOf<V>> = ObjectTypes[V][K];

/** The version of a custom kind: its group has a dot. */
export type CustomApiVersion = `${string}.${string}/${string}`;

/** An object of a custom kind whose type is not known to TypeScript. */
export interface CustomObject extends KubernetesObject {
  // biome-ignore lint/suspicious/noExplicitAny: only the definition knows what it has, and tests want to look into it
  [field: string]: any;
}
