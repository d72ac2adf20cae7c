import { isBeingDeleted } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { DaemonSet, DaemonSetCondition, DaemonSetStatus, Pod } from '../../generated/types.ts';
import { conditionOf, trueCondition } from '../../resources/conditions.ts';
import {
  ignoresDeadNodes,
  isPaused,
  partitionOf,
  progressDeadlineMs,
} from '../../resources/daemonset/rolloutAnnotations.ts';
import { createdAt } from '../framework/age.ts';
import { DEADLINE_EXCEEDED, keepingOrder, PROGRESSING, saysTheSame } from '../framework/statusConditions.ts';
import { isAvailable } from '../pods/availability.ts';
import type { NodeState, Observed } from './observed.ts';
import { oldestOn } from './status.ts';
import { isRollingUpdate, isUpToDate, type Target } from './strategy.ts';

const RUNNING = 'RolloutProgressing';
const COMPLETE = 'RolloutComplete';
const PAUSED = 'RolloutPaused';
const OWN_REASONS: ReadonlySet<string> = new Set([RUNNING, COMPLETE, PAUSED, DEADLINE_EXCEEDED]);

/** What is told of a rollout, and when its deadline runs out. */
export interface Progress {
  readonly condition: DaemonSetCondition | undefined;
  readonly lookAgainAt: EpochMs | undefined;
  /** What to warn of: that the deadline has just run out. */
  readonly warning: string | undefined;
}

const SILENT: Progress = { condition: undefined, lookAgainAt: undefined, warning: undefined };

/**
 * How a rollout goes, told by a condition as a Deployment's (KEP-2804): without the annotation nothing is. Progress is one more daemon of
 * the new revision, made or available.
 */
export function progressOf(
  { daemonSet, failedOn }: Observed,
  nodes: readonly NodeState[],
  target: Target,
  now: EpochMs,
): Progress {
  const deadlineMs = progressDeadlineMs(daemonSet);
  // Where daemons are updated by hand, nobody waits for progress.
  if (deadlineMs === undefined || !isRollingUpdate(daemonSet)) return SILENT;
  const before = conditionOf(daemonSet, PROGRESSING);
  const told = (status: string, reason: string, message: string): Progress => ({
    ...SILENT,
    condition: since(before, { type: PROGRESSING, status, reason, message }, target, now),
  });
  if (isPaused(daemonSet)) return told('Unknown', PAUSED, 'The rollout is paused.');
  const counts = countUpdated(daemonSet, nodes, target, now);
  const isOfTarget = before?.message?.includes(nameIn(target)) ?? false;
  if (counts.isComplete || (counts.isUpdated && isOfTarget && before?.reason === COMPLETE))
    return told('True', COMPLETE, `${nameIn(target)} has been rolled out.`);
  const begun = isOfTarget ? begunAt(before, deadlineMs) : undefined;
  const movedAt = begun === undefined ? now : lastMoveAt({ daemonSet, failedOn, nodes, target, begun, now });
  const lookAgainAt = movedAt + deadlineMs;
  if (lookAgainAt > now)
    return { ...told('True', RUNNING, `${nameIn(target)} is being rolled out.`), lookAgainAt };
  if (before?.reason === DEADLINE_EXCEEDED) return { ...SILENT, condition: before };
  const message = `${nameIn(target)} has made no progress for ${deadlineMs / 1000}s: ${counts.text}.`;
  return { ...told('False', DEADLINE_EXCEEDED, message), warning: message };
}

/** The status with what is told of the rollout, and no longer with what was. */
export function withProgress(
  { status }: DaemonSet,
  counts: DaemonSetStatus,
  { condition }: Progress,
): DaemonSetStatus {
  const isOwn = ({ type, reason = '' }: DaemonSetCondition) =>
    type === PROGRESSING && OWN_REASONS.has(reason);
  const conditions = keepingOrder(status?.conditions ?? [], condition ? [condition] : [], isOwn);
  return conditions.length > 0 ? { ...counts, conditions } : counts;
}

const nameIn = ({ hash }: Target) => `Revision "${hash}"`;

/**
 * A DaemonSet's condition has no `lastUpdateTime`: here `lastTransitionTime` moves with the reason and the revision too, or a rollout
 * after a complete one would begin in its past.
 */
function since(
  before: DaemonSetCondition | undefined,
  said: DaemonSetCondition,
  target: Target,
  now: EpochMs,
): DaemonSetCondition {
  if (before && saysTheSame(before, said)) return before;
  const isSameReason = before?.reason === said.reason && before?.message?.includes(nameIn(target));
  return {
    ...said,
    lastTransitionTime: (isSameReason && before?.lastTransitionTime) || timestamp(now),
  };
}

/** When the rollout that the condition tells of began or began again; undefined for one that begins now. */
function begunAt(before: DaemonSetCondition | undefined, deadlineMs: number): EpochMs | undefined {
  const time = Date.parse(before?.lastTransitionTime ?? '');
  if (Number.isNaN(time)) return undefined;
  if (before?.reason === RUNNING) return time;
  return before?.reason === DEADLINE_EXCEEDED ? time - deadlineMs : undefined;
}

interface Rollout {
  readonly daemonSet: DaemonSet;
  readonly failedOn: Observed['failedOn'];
  readonly nodes: readonly NodeState[];
  readonly target: Target;
  readonly begun: EpochMs;
  readonly now: EpochMs;
}

/** The time of the last progress: what the pods themselves tell, so that no crash makes anybody forget it. */
function lastMoveAt({ daemonSet, failedOn, nodes, target, begun, now }: Rollout): EpochMs {
  let last = begun;
  for (const { name, pods, shouldRun } of nodes) {
    if (!shouldRun) continue;
    // A daemon that is made again where one has failed is none.
    const isRepeated = (failedOn.get(name)?.retryAt ?? 0) > begun;
    for (const pod of pods) {
      if (isBeingDeleted(pod) || !isUpToDate(pod, target)) continue;
      const times = [isRepeated ? 0 : createdAt(pod), becameAvailable(daemonSet, pod)];
      last = Math.max(last, ...times.filter((time) => time <= now));
    }
  }
  return last;
}

/** When it became available, unless it has been before: one that crashes and comes back for ever makes no progress. */
function becameAvailable({ spec }: DaemonSet, pod: Pod): EpochMs {
  const hasRestarted = pod.status?.containerStatuses?.some(({ restartCount }) => restartCount > 0);
  const ready = Date.parse(trueCondition(pod, 'Ready')?.lastTransitionTime ?? '');
  return hasRestarted || Number.isNaN(ready) ? 0 : ready + (spec.minReadySeconds ?? 0) * 1000;
}

/** How far the rollout has come. What annotations keep back from it is not waited for. */
function countUpdated(daemonSet: DaemonSet, nodes: readonly NodeState[], target: Target, now: EpochMs) {
  const desired = nodes.filter(({ shouldRun }) => shouldRun);
  const isFresh = (pod: Pod | undefined) => pod !== undefined && isUpToDate(pod, target);
  const leavesOutDead = ignoresDeadNodes(daemonSet);
  const daemons = desired
    .filter(({ isDead, pods }) => !(leavesOutDead && isDead && !pods.some(isFresh)))
    .map(oldestOn);
  const minReadySeconds = daemonSet.spec.minReadySeconds ?? 0;
  const available = daemons.filter((pod) => pod && isAvailable(pod, minReadySeconds, now));
  const updated = daemons.filter(isFresh);
  const wanted = daemons.length - partitionOf(daemonSet, desired.length);
  const outdated = daemons.filter((pod) => pod && !isFresh(pod));
  return {
    isUpdated: daemons.length - outdated.length >= wanted,
    isComplete: updated.length >= wanted && available.length === daemons.length,
    text: `${updated.length} of ${daemons.length} daemons are updated, ${available.filter(isFresh).length} of them available`,
  };
}
