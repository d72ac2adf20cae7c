import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { DaemonSet, Node, Taint } from '../../generated/types.ts';
import { isRequiredAtStartup } from '../../resources/daemonset/nodeStartup.ts';
import { DaemonSets, Nodes } from '../../resources/kinds.ts';
import { DAEMONS_NOT_READY } from '../../resources/placement/wellKnownTaints.ts';
import type { Registry } from '../registry/registry.ts';
import { collectionPrefix } from '../registry/target.ts';
import type { AdmissionPlugin } from './admission.ts';

const TAINT: Taint = { key: DAEMONS_NOT_READY, effect: 'NoSchedule' };

/**
 * A new node is born with the taint if any DaemonSet must be Ready on nodes before others come: no pod can be faster. Whether one of them
 * is for this node, and when the taint goes, is for the node startup controller to say.
 */
export const daemonsNotReady = (registry: () => Registry): AdmissionPlugin => ({
  admit({ operation, resource, subresource, object }) {
    if (operation !== 'CREATE' || resource.kind !== Nodes.kind || subresource) return;
    const node = object as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key }) => key === TAINT.key) || !isAnyRequired(registry())) return;
    node.spec = { ...node.spec, taints: [...taints, { ...TAINT }] };
  },
});

const isAnyRequired = ({ parts }: Registry): boolean =>
  parts.store
    .list(collectionPrefix(DaemonSets))
    .items.some(({ object }) => isRequiredAtStartup(object as DaemonSet) && !isBeingDeleted(object));
