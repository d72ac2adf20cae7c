import { type Filter, unresolvable } from '../plugin.ts';

const REJECTION = unresolvable("node(s) didn't match the requested node name");

/** `spec.nodeName` asks for one node. */
export const nodeName: Filter = {
  name: 'NodeName',
  helpedBy: ['nodeAdded'],
  isAboutNodeAlone: true,
  prepare({ pod }) {
    const wanted = pod.spec.nodeName;
    return wanted ? ({ name }) => (name === wanted ? undefined : REJECTION) : undefined;
  },
};
