import type { RejectedNode } from './filterNodes.ts';
import { NOT_HELPFUL, type PreemptionAttempt } from './preemption.ts';

/** Why no node took a pod. */
export interface Diagnosis {
  readonly nodeCount: number;
  readonly rejected: readonly RejectedNode[];
  /** Nodes that were not looked at, because the pod names others. */
  readonly skipped: number;
  readonly attempt: PreemptionAttempt;
}

const NOT_NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]";
/** What the plugin for device claims says of a pod without any, up to 1.36 (kubernetes#140222 took it out). */
const NO_CLAIMS = 'no new claims to deallocate';

/**
 * What `FailedScheduling` and the condition `PodScheduled` say, in the words of 1.36:
 * `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. no new claims to deallocate, preemption: …`.
 */
export function unschedulableMessage(diagnosis: Diagnosis): string {
  const { nodeCount, rejected, skipped, attempt } = diagnosis;
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const reasons = rejected.flatMap(({ rejection }) => rejection.reasons);
  const message = `${noneOf(nodeCount)} ${countEach(reasons, NOT_NAMED, skipped)}.`;
  if (attempt.kind === 'found') return message;
  return `${message} ${NO_CLAIMS}, preemption: ${failedPreemption(diagnosis, attempt)}`;
}

function failedPreemption(
  { nodeCount, skipped }: Diagnosis,
  attempt: Exclude<PreemptionAttempt, { kind: 'found' }>,
): string {
  if (attempt.kind === 'notEligible') return attempt.why;
  return `${noneOf(nodeCount)} ${countEach(attempt.reasons, NOT_HELPFUL, skipped)}.`;
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
