import { getOwn } from '../../apimachinery/object.ts';
import type { Obstacle } from '../../controllers/daemonset/placement.ts';
import type { Node, NodeSelectorRequirement, NodeSelectorTerm, Taint } from '../../generated/types.ts';

/** What keeps a daemon from a node: `node selector type=app does not match (label type is missing)`. */
export function obstacleWords(obstacle: Obstacle, node: Node): string {
  switch (obstacle.kind) {
    case 'nodeName':
      return `its template names the node ${obstacle.wanted}`;
    case 'nodeSelector': {
      const { key, value } = obstacle;
      const actual = getOwn(node.metadata.labels ?? {}, key);
      const found = actual === undefined ? 'is missing' : `is "${actual}"`;
      return `node selector ${key}=${value} does not match (label ${key} ${found})`;
    }
    case 'nodeAffinity':
      return `node affinity does not match: ${obstacle.required.nodeSelectorTerms.map(termWords).join(', or ')}`;
    case 'taint':
      return untoleratedWords(obstacle.taint);
  }
}

export const untoleratedWords = (taint: Taint): string => `taint ${taintWords(taint)} is not tolerated`;

/** As kubectl writes it: `dedicated=db:NoSchedule`. */
const taintWords = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ''}:${effect}`;

const termWords = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): string =>
  [...matchExpressions, ...matchFields].map(requirementWords).join(' and ') || 'an empty term';

const requirementWords = ({ key, operator, values }: NodeSelectorRequirement): string =>
  values?.length ? `${key} ${operator} [${values.join(', ')}]` : `${key} ${operator}`;
