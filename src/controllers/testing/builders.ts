import { deepFreeze, type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { VIRTUAL_EPOCH } from '../../clock/virtualClock.ts';
import type { Node, ObjectMeta, OwnerReference, Pod, PodTemplateSpec, Taint } from '../../generated/types.ts';

/** When the cases of the tables play. */
export const NOW: EpochMs = VIRTUAL_EPOCH + 3_600_000;
/** A timestamp so many seconds before `NOW`. */
export const ago = (seconds: number): string => timestamp(NOW - seconds * 1000);

export interface PodFields {
  /** Pending, Running and ready, Running but not ready, or ended. */
  state?: 'pending' | 'ready' | 'unready' | 'succeeded' | 'failed';
  node?: string;
  /** For how many seconds it has been in this state. */
  forSeconds?: number;
  ageSeconds?: number;
  deleting?: boolean;
  owner?: OwnerReference;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  spec?: Partial<Pod['spec']>;
  status?: Partial<NonNullable<Pod['status']>>;
}

const PHASES = {
  pending: 'Pending',
  ready: 'Running',
  unready: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
};

export function aPod(name: string, fields: PodFields = {}): Pod {
  const { state = 'ready', forSeconds = 60, ageSeconds = forSeconds } = fields;
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      creationTimestamp: ago(ageSeconds),
      ...(fields.deleting && { deletionTimestamp: ago(0), deletionGracePeriodSeconds: 0 }),
      ...(fields.owner && { ownerReferences: [fields.owner] }),
      ...(fields.labels && { labels: fields.labels }),
      ...(fields.annotations && { annotations: fields.annotations }),
      ...(fields.finalizers && { finalizers: fields.finalizers }),
    },
    spec: { containers: [], ...(fields.node && { nodeName: fields.node }), ...fields.spec },
    status: {
      phase: PHASES[state],
      conditions: [
        { type: 'Ready', status: state === 'ready' ? 'True' : 'False', lastTransitionTime: ago(forSeconds) },
      ],
      ...fields.status,
    },
  });
}

export interface NodeFields {
  labels?: Record<string, string>;
  taints?: Taint[];
  /** The status of the Ready condition; null for a node that has none yet. */
  ready?: 'True' | 'False' | 'Unknown' | null;
}

export const aNode = (name: string, { labels, taints, ready = 'True' }: NodeFields = {}): Node =>
  deepFreeze({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, creationTimestamp: ago(3600), labels: { ...labels } },
    spec: { ...(taints && { taints }) },
    status: ready === null ? {} : { conditions: [{ type: 'Ready', status: ready }] },
  });

export const aTemplate = (
  app: string,
  image = 'nginx:1',
  spec: Partial<PodTemplateSpec['spec']> = {},
): PodTemplateSpec => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image }], ...spec },
});

/** What stored objects have. */
export const storedMeta = (name: string, ageSeconds = 600): ObjectMeta => ({
  name,
  namespace: 'default',
  uid: `uid-${name}`,
  generation: 1,
  creationTimestamp: ago(ageSeconds),
});

export const ownedBy = (owner: KubernetesObject): OwnerReference => ({
  apiVersion: owner.apiVersion ?? '',
  kind: owner.kind ?? '',
  name: nameOf(owner),
  uid: owner.metadata.uid ?? '',
  controller: true,
});

/** Held and nothing to adopt or to release. */
export const held = <T>(objects: readonly T[]) => ({ held: objects, adopt: [], release: [] });
