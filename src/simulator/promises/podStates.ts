import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, isBeingDeleted, type KubernetesObject } from '../../apimachinery/object.ts';
import type { Node, Pod, PodDisruptionBudget, PodTemplateSpec } from '../../generated/types.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import type { Change } from '../run/world.ts';

/** Neither ended nor on its way out. */
export const isLive = (pod: Pod): boolean => !isTerminal(pod) && !isBeingDeleted(pod);

/** Where it runs, or is meant to. */
export const nodeOf = ({ spec }: Pod): string | undefined =>
  spec.nodeName ??
  spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]
    ?.matchFields?.[0]?.values?.[0];

/** The pod that was just made, if its controller is of that kind. */
export function newPodOf(
  kind: string,
  change: Change,
): { pod: Pod; ownerUid: string; ownerKey: string } | undefined {
  if (change.kind !== 'Pod' || change.type !== 'ADDED') return undefined;
  return ownedBy(kind, change.object as Pod);
}

export function ownedBy(
  kind: string,
  pod: Pod,
): { pod: Pod; ownerUid: string; ownerKey: string } | undefined {
  const owner = controllerOf(pod);
  if (owner?.kind !== kind) return undefined;
  return { pod, ownerUid: owner.uid, ownerKey: `${pod.metadata.namespace}/${owner.name}` };
}

/** Whether it was not being deleted before this change, and is now, or is gone. */
export const isDeletion = ({ type, object, before }: Change): boolean =>
  before !== undefined && !isBeingDeleted(before) && (type === 'DELETED' || isBeingDeleted(object));

/** Whether a pod of the template belongs on a node, as far as plans of the simulator go: node selectors, and taints that it does not tolerate. */
export function belongsOn(
  { spec }: { readonly spec: { readonly template: PodTemplateSpec } },
  { metadata, spec: nodeSpec }: Node,
): boolean {
  const { nodeSelector = {}, tolerations = [] } = spec.template.spec;
  const isSelected = Object.entries(nodeSelector).every(
    ([label, value]) => metadata.labels?.[label] === value,
  );
  const taints = (nodeSpec?.taints ?? []).filter(({ key, effect }) =>
    key.startsWith('node.kubernetes.io/') ? effect === 'NoSchedule' && TROUBLE.has(key) : true,
  );
  return isSelected && taints.every(({ key }) => tolerations.some((toleration) => toleration.key === key));
}

/** Whether a pod is one of those that the budget is about. */
export const covers = ({ metadata, spec }: PodDisruptionBudget, pod: Pod): boolean =>
  metadata.namespace === pod.metadata.namespace &&
  labelSelectorOf(spec?.selector).matches(pod.metadata.labels);

/** Taints of a node in trouble that daemons do not tolerate: they keep what is there, and get nothing new. */
const TROUBLE = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);

export const inWords = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
