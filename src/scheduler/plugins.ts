import { interPodAffinity } from './filters/interPodAffinity.ts';
import { nodeAffinity } from './filters/nodeAffinity.ts';
import { nodeName } from './filters/nodeName.ts';
import { nodePorts } from './filters/nodePorts.ts';
import { nodeResourcesFit } from './filters/nodeResourcesFit.ts';
import { nodeUnschedulable } from './filters/nodeUnschedulable.ts';
import { podTopologySpread } from './filters/podTopologySpread.ts';
import { taintToleration } from './filters/taintToleration.ts';
import type { Filter, Score } from './plugin.ts';
import { balancedAllocation } from './scores/balancedAllocation.ts';
import { imageLocality } from './scores/imageLocality.ts';
import { interPodAffinity as podAffinityScore } from './scores/interPodAffinity.ts';
import { leastAllocated } from './scores/leastAllocated.ts';
import { nodeAffinity as nodeAffinityScore } from './scores/nodeAffinity.ts';
import { podTopologySpread as spreadScore } from './scores/podTopologySpread.ts';
import { taintToleration as taintScore } from './scores/taintToleration.ts';

/** In upstream's order: the first that turns a node away gives the reason. */
export const FILTERS: readonly Filter[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
];

export const SCORES: readonly Score[] = [
  taintScore,
  nodeAffinityScore,
  leastAllocated,
  spreadScore,
  podAffinityScore,
  balancedAllocation,
  imageLocality,
];
