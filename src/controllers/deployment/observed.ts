import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { byAge } from '../framework/age.ts';
import type { Claim } from '../framework/ownership.ts';
import { templateTexts } from '../framework/templateHash.ts';
import { parseRevision, type Revision } from './revision.ts';
import type { Rollback } from './rollback.ts';

export const HASH_LABEL = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

export interface Observed {
  readonly deployment: Deployment;
  readonly replicaSets: Claim<ReplicaSet>;
  /** The uids of ReplicaSets of which pods still run, those that are being deleted included; for `Recreate` alone. */
  readonly withRunningPods: ReadonlySet<string>;
  /** What kept the last new ReplicaSet from being made, until one was. */
  readonly creationFailure: string | undefined;
}

export type Action =
  | { readonly kind: 'adopt' | 'release'; readonly replicaSet: ReplicaSet }
  | { readonly kind: 'createReplicaSet'; readonly replicaSet: ReplicaSet }
  | { readonly kind: 'updateReplicaSet'; readonly replicaSet: ReplicaSet; readonly next: ReplicaSet }
  | { readonly kind: 'deleteReplicaSet'; readonly replicaSet: ReplicaSet }
  | { readonly kind: 'rollBack'; readonly rollback: Rollback }
  | { readonly kind: 'setRevision'; readonly revision: string }
  | { readonly kind: 'updateStatus'; readonly status: NonNullable<Deployment['status']> };

export const replicasOf = (replicaSet: ReplicaSet): number => replicaSet.spec.replicas ?? 1;
export const sum = (replicaSets: readonly ReplicaSet[], count: (replicaSet: ReplicaSet) => number): number =>
  replicaSets.reduce((total, replicaSet) => total + count(replicaSet), 0);
export const availableOf = (replicaSet: ReplicaSet): number => replicaSet.status?.availableReplicas ?? 0;
export const revisionOf = (replicaSet: ReplicaSet): Revision =>
  parseRevision(replicaSet.metadata.annotations?.[REVISION]) ?? 0n;

/** The ReplicaSet of the deployment's current template: the oldest, should there be several. */
export function currentReplicaSet({ deployment, replicaSets }: Observed): ReplicaSet | undefined {
  const wanted = templateText(deployment.spec.template);
  return replicaSets.held.filter(({ spec }) => templateText(spec.template) === wanted).toSorted(byAge)[0];
}

/** Whether the ReplicaSet is of the deployment's present template. */
export const isOfTemplate = (replicaSet: ReplicaSet, deployment: Deployment): boolean =>
  templateText(replicaSet.spec.template) === templateText(deployment.spec.template);

/** A template without the label that the deployment itself adds. */
const templateText = templateTexts((template) => {
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
});
