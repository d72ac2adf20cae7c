import type { Node, Taint } from '../../generated/types.ts';
import { Nodes } from '../../resources/kinds.ts';
import type { AdmissionPlugin } from './admission.ts';

const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** Upstream's TaintNodesByCondition: a new node takes no pods until the node lifecycle controller has seen it ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  admit({ operation, resource, subresource, object }) {
    if (operation !== 'CREATE' || resource.kind !== Nodes.kind || subresource) return;
    const node = object as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] };
  },
};
