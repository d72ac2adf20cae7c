import { portsConflict } from '../hostPorts.ts';
import { type Filter, resolvable } from '../plugin.ts';

const REJECTION = resolvable("node(s) didn't have free ports for the requested pod ports");

/** A port of the node is taken by one container. */
export const nodePorts: Filter = {
  name: 'NodePorts',
  helpedBy: ['nodeAdded', 'podRemoved'],
  isAboutNodeAlone: true,
  prepare({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return ({ usedPorts }) => {
      for (const used of usedPorts) {
        if (hostPorts.some((wanted) => portsConflict(wanted, used))) return REJECTION;
      }
      return undefined;
    };
  },
};
