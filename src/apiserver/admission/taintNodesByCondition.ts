import type { Node, Taint } from '../../generated/types.ts';
import { Nodes } from '../../resources/kinds.ts';
import { NOT_READY } from '../../resources/placement/wellKnownTaints.ts';
import type { AdmissionPlugin } from './admission.ts';

const NOT_READY_TAINT: Taint = { key: NOT_READY, effect: 'NoSchedule' };

/** Upstream's TaintNodesByCondition: a new node takes no pods until the node lifecycle controller has seen it ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  admit({ operation, resource, subresource, object }) {
    if (operation !== 'CREATE' || resource.kind !== Nodes.kind || subresource) return;
    const node = object as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY_TAINT.key && effect === NOT_READY_TAINT.effect))
      return;
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY_TAINT }] };
  },
};
