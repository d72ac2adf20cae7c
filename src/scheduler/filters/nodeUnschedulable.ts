import { toleratesTaint } from '../../resources/placement/tolerations.ts';
import { UNSCHEDULABLE } from '../../resources/placement/wellKnownTaints.ts';
import { type Filter, unresolvable } from '../plugin.ts';

const UNSCHEDULABLE_TAINT = { key: UNSCHEDULABLE, effect: 'NoSchedule' };
const REJECTION = unresolvable('node(s) were unschedulable');

/** A cordoned node takes no pods but those that tolerate it. */
export const nodeUnschedulable: Filter = {
  name: 'NodeUnschedulable',
  helpedBy: ['nodeAdded', 'nodeTaints'],
  isAboutNodeAlone: true,
  prepare({ pod }) {
    if (toleratesTaint(pod.spec.tolerations, UNSCHEDULABLE_TAINT)) return undefined;
    return ({ node }) => (node.spec?.unschedulable ? REJECTION : undefined);
  },
};
