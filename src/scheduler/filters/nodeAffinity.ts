import { fitsNodeAffinity } from '../../resources/placement/nodeAffinity.ts';
import { type Filter, unresolvable } from '../plugin.ts';

const REJECTION = unresolvable("node(s) didn't match Pod's node affinity/selector");

/** `spec.nodeSelector` and required node affinity. */
export const nodeAffinity: Filter = {
  name: 'NodeAffinity',
  helpedBy: ['nodeAdded', 'nodeLabels'],
  isAboutNodeAlone: true,
  prepare({ pod }) {
    const { nodeSelector, affinity } = pod.spec;
    if (!nodeSelector && !affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution)
      return undefined;
    return ({ node }) => (fitsNodeAffinity(pod, node) ? undefined : REJECTION);
  },
};
