import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Column } from '../resource.ts';

interface WithReplicas extends KubernetesObject {
  readonly spec?: { readonly replicas?: number } | undefined;
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number } | undefined;
}

/** Desired, Current and Ready, as ReplicaSets and ReplicationControllers show them. */
export const replicaColumns = <T extends WithReplicas>(): Column<T>[] => [
  {
    name: 'Desired',
    type: 'integer',
    description: 'The number of pods that are wanted.',
    cell: ({ spec }) => spec?.replicas ?? 0,
  },
  {
    name: 'Current',
    type: 'integer',
    description: 'The number of pods that are there.',
    cell: ({ status }) => status?.replicas ?? 0,
  },
  {
    name: 'Ready',
    type: 'integer',
    description: 'The number of pods that are ready.',
    cell: ({ status }) => status?.readyReplicas ?? 0,
  },
];
