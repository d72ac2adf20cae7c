import { getOwn } from '../../apimachinery/object.ts';
import type {
  Node,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
} from '../../generated/types.ts';

/** What of a pod's node selector and required node affinity a node does not have. */
export type Misfit =
  | { readonly kind: 'nodeSelector'; readonly key: string; readonly value: string }
  | { readonly kind: 'nodeAffinity'; readonly required: NodeSelector };

/** Why `spec.nodeSelector` or the required node affinity of a pod rules the node out; undefined when they allow it. */
export function misfitWith({ spec }: Pick<Pod, 'spec'>, node: Node): Misfit | undefined {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) {
    if (labels[key] !== value) return { kind: 'nodeSelector', key, value };
  }
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined || matchesNodeSelector(required, node)) return undefined;
  return { kind: 'nodeAffinity', required };
}

/** Whether `spec.nodeSelector` and the required node affinity of a pod allow the node. */
export const fitsNodeAffinity = (pod: Pick<Pod, 'spec'>, node: Node): boolean =>
  misfitWith(pod, node) === undefined;

/** Terms are alternatives; an empty list of them matches nothing. */
export const matchesNodeSelector = (selector: NodeSelector, node: Node): boolean =>
  selector.nodeSelectorTerms.some((term) => matchesTerm(term, node));

/** All requirements of a term must hold; a term without any matches nothing. */
export function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    expressions.every((requirement) => matches(requirement, getOwn(labels, requirement.key))) &&
    fields.every(
      (requirement) => requirement.key === 'metadata.name' && matches(requirement, node.metadata.name),
    )
  );
}

function matches({ operator, values = [] }: NodeSelectorRequirement, actual: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return compared(actual, values[0], (a, b) => a > b);
    case 'Lt':
      return compared(actual, values[0], (a, b) => a < b);
    default:
      return false;
  }
}

const INTEGER = /^[+-]?\d+$/;

/** Only whole numbers are compared: a label that is none matches neither way. */
function compared(
  actual: string | undefined,
  wanted: string | undefined,
  holds: (actual: number, wanted: number) => boolean,
): boolean {
  if (!INTEGER.test(actual ?? '') || !INTEGER.test(wanted ?? '')) return false;
  return holds(Number(actual), Number(wanted));
}
