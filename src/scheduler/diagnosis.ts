import type { Rejection } from './plugin.ts';

/** Why no node took a pod. */
export interface Diagnosis {
  readonly nodeCount: number;
  /** Per node that was looked at. */
  readonly rejections: readonly Rejection[];
  /** Nodes that were not looked at, because the pod names others. */
  readonly skipped: number;
  readonly preemptionPolicy: string | undefined;
}

const NOT_NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]";
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';
/** What the plugin for device claims says of a pod without any, up to 1.36 (kubernetes#140222 took it out). */
const NO_CLAIMS = 'no new claims to deallocate';

/**
 * What `FailedScheduling` and the condition `PodScheduled` say, in the words of 1.36:
 * `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. no new claims to deallocate, preemption: …`.
 */
export function unschedulableMessage(diagnosis: Diagnosis): string {
  const { nodeCount, rejections, skipped } = diagnosis;
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const reasons = rejections.flatMap((rejection) => rejection.reasons);
  const counts = countEach(reasons, NOT_NAMED, skipped);
  return `${noneOf(nodeCount)} ${counts}. ${NO_CLAIMS}, ${preemptionMessage(diagnosis)}`;
}

/** The place of preemption: it would look here for pods of lower priority on nodes whose rejection is not unresolvable. */
function preemptionMessage({ nodeCount, rejections, skipped, preemptionPolicy }: Diagnosis): string {
  if (preemptionPolicy === 'Never') return 'preemption: not eligible due to preemptionPolicy=Never.';
  const outcomes = rejections.map(({ isUnresolvable }) => (isUnresolvable ? NOT_HELPFUL : NO_VICTIMS));
  const counts = countEach(outcomes, NOT_HELPFUL, skipped);
  return `preemption: ${noneOf(nodeCount)} ${counts}.`;
}

const noneOf = (nodeCount: number): string => `0/${nodeCount} nodes are available:`;

/** `1 a, 2 b`, in the order of that text; one of them counts so many times more. */
function countEach(texts: readonly string[], more: string, moreTimes: number): string {
  const counts = new Map<string, number>(moreTimes > 0 ? [[more, moreTimes]] : []);
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .map(([text, count]) => `${count} ${text}`)
    .sort()
    .join(', ');
}
