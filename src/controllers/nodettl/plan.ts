import type { Node } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';

/** For how many seconds a node may go on with what it has read of an object. */
export const TTL_ANNOTATION = 'node.alpha.kubernetes.io/ttl';

export interface Observed {
  readonly node: Node;
  /** What is right for a cluster of this size. */
  readonly seconds: number;
}

export type Action = { readonly kind: 'annotate'; readonly seconds: number };

/** Tells a node by annotation how long it may remember objects; also one where something else than a number stands. */
export function planNodeTtl({ node, seconds }: Observed): Plan<Action> {
  const told = node.metadata.annotations?.[TTL_ANNOTATION] ?? '';
  const isRight = /^[+-]?\d+$/.test(told) && Number(told) === seconds;
  return inStages<Action>([isRight ? [] : [{ kind: 'annotate', seconds }]]);
}
