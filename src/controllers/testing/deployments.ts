import { deepFreeze, nameOf } from '../../apimachinery/object.ts';
import type { Deployment, DeploymentSpec, DeploymentStatus, ReplicaSet } from '../../generated/types.ts';
import { type Action, replicasOf } from '../deployment/observed.ts';
import { ago, aTemplate, storedMeta } from './builders.ts';

/** Ten replicas of nginx:2, with `maxSurge` and `maxUnavailable` 25% unless told otherwise. */
export const aDeployment = (
  spec: Partial<DeploymentSpec> = {},
  status: Partial<DeploymentStatus> = {},
  annotations: Record<string, string> = {},
): Deployment =>
  deepFreeze({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...storedMeta('web'), annotations },
    spec: {
      replicas: 10,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: { app: 'web' } },
      template: aTemplate('web', 'nginx:2'),
      ...spec,
    },
    status,
  });

export interface ReplicaSetFields {
  image?: string;
  replicas: number;
  /** As many as `replicas` unless given. */
  available?: number;
  revision?: number | bigint;
  /** What the deployment wanted when this was sized last. */
  desired?: number;
  max?: number;
  ageSeconds?: number;
}

export function aReplicaSet(name: string, fields: ReplicaSetFields): ReplicaSet {
  const { image = 'nginx:1', replicas, available = replicas, revision = 1, ageSeconds = 600 } = fields;
  const template = aTemplate('web', image);
  template.metadata!.labels!['pod-template-hash'] = name;
  return deepFreeze({
    metadata: {
      ...storedMeta(name, ageSeconds),
      annotations: {
        'deployment.kubernetes.io/revision': String(revision),
        'deployment.kubernetes.io/desired-replicas': String(fields.desired ?? 10),
        'deployment.kubernetes.io/max-replicas': String(fields.max ?? 13),
      },
    },
    spec: { replicas, selector: {}, template },
    status: { replicas, availableReplicas: available, readyReplicas: available, observedGeneration: 1 },
  });
}

/** A condition `Progressing` that was last brought up to date so many seconds ago. */
export const progressing = (reason: string, seconds: number, status = 'True') => ({
  type: 'Progressing',
  status,
  reason,
  message: '',
  lastUpdateTime: ago(seconds),
  lastTransitionTime: ago(seconds),
});

/** An action as a statement; a status is left to be looked at by itself. */
export function inWords(action: Action): string {
  switch (action.kind) {
    case 'createReplicaSet':
      return `make one of ${replicasOf(action.replicaSet)}`;
    case 'updateReplicaSet': {
      const [from, to] = [replicasOf(action.replicaSet), replicasOf(action.next)];
      return from === to
        ? `annotate ${nameOf(action.replicaSet)}`
        : `${nameOf(action.replicaSet)} from ${from} to ${to}`;
    }
    case 'rollBack':
      return `${action.rollback.type} ${action.rollback.reason}: ${action.rollback.message}`;
    case 'setRevision':
      return `revision ${action.revision}`;
    case 'updateStatus':
      return 'write status';
    default:
      return `${action.kind} ${nameOf(action.replicaSet)}`;
  }
}
