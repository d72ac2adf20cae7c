import { KEEPING_OUT, untoleratedTaint } from '../../resources/placement/tolerations.ts';
import { type Filter, unresolvable } from '../plugin.ts';

/** Since 1.34.2 the taint itself is not told: it may be none of the pod's business (kubernetes#134740). */
const REJECTION = unresolvable('node(s) had untolerated taint(s)');

/** Taints keep out pods that do not tolerate them. */
export const taintToleration: Filter = {
  name: 'TaintToleration',
  helpedBy: ['nodeAdded', 'nodeTaints'],
  isAboutNodeAlone: true,
  prepare({ pod }) {
    const { tolerations } = pod.spec;
    return ({ node }) =>
      untoleratedTaint(node.spec?.taints, tolerations, KEEPING_OUT) ? REJECTION : undefined;
  },
};
