import { isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { byAge } from '../../controllers/framework/age.ts';
import { endingOf } from '../../controllers/job/ending.ts';
import { isManagedElsewhere, isSuspended, waitsForTerminating } from '../../controllers/job/jobFacts.ts';
import { managePods } from '../../controllers/job/managePods.ts';
import type { Ends } from '../../controllers/job/podEnds.ts';
import { type Tally, tallyUp } from '../../controllers/job/tally.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { podRow } from './explainPod.ts';
import type { Why } from './row.ts';
import type { Surroundings } from './surroundings.ts';

export interface ExplainedJob {
  readonly job: Job;
  /** Those that are its own. */
  readonly pods: readonly Pod[];
  readonly ends: Ends;
  /** What the last attempt to make a pod came to, if it failed. */
  readonly creationFailure?: string | undefined;
}

/** What a Job is doing or waits for, by what its controller itself decides, and how each of its pods does. */
export function explainJob(explained: ExplainedJob, surroundings: Surroundings): Why[] {
  const pods = explained.pods.toSorted(byAge);
  return [jobRow(explained, surroundings.now), ...pods.map((pod) => podRow(pod, surroundings))];
}

/** The Job itself, in one line. */
export function jobRow(explained: ExplainedJob, now: EpochMs): Why {
  const [state, why] = jobWords(explained, now);
  return { object: `job/${nameOf(explained.job)}`, state, why };
}

function jobWords({ job, pods, ends, creationFailure }: ExplainedJob, now: EpochMs): [string, string] {
  if (isBeingDeleted(job)) return ['Deleting', 'it is being deleted: no pod is made any more'];
  const end = finishedCondition(job);
  if (end) return [end.type, [`since ${end.lastTransitionTime}`, end.message].filter(Boolean).join(': ')];
  if (isManagedElsewhere(job))
    return ['Unmanaged', `it is ${job.spec.managedBy} that looks after it (spec.managedBy)`];
  const tally = tallyUp(job, pods, ends);
  const ending = endingOf(tally, now);
  if (ending) {
    const left = tally.active.length + tally.terminating;
    return ['Ending', `${ending.final} as soon as its pods have ended (${left}): ${ending.message}`];
  }
  if (isSuspended(job)) return ['Suspended', 'no pod is made while spec.suspend is true'];
  return waitingWords(tally, creationFailure, now) ?? ['Running', progressWords(tally)];
}

/** Why fewer pods run than might; undefined when none is missing. */
function waitingWords(
  tally: Tally,
  creationFailure: string | undefined,
  now: EpochMs,
): [string, string] | undefined {
  const { job, terminating, active } = tally;
  const { actions, lookAgainAt } = managePods(tally, now);
  const progress = progressWords(tally);
  if (lookAgainAt !== undefined && lookAgainAt > now)
    return [
      'BackingOff',
      `makes its next pod at ${timestamp(lookAgainAt)}, for pods have failed; ${progress}`,
    ];
  if (actions.some(({ kind }) => kind === 'createPod'))
    return ['Starting', `${creationFailure ?? 'a pod is about to be made'}; ${progress}`];
  const { parallelism = 1 } = job.spec;
  if (terminating === 0 || active.length >= parallelism || !waitsForTerminating(job)) return undefined;
  return ['Waiting', `waits until pods that are being deleted have ended (${terminating}); ${progress}`];
}

/** `2 of 6 have succeeded, 1 failure of 6, 2 running`. */
function progressWords({ job, active, succeeded, failed }: Tally): string {
  const { completions, backoffLimit = 6, backoffLimitPerIndex } = job.spec;
  const limit = backoffLimitPerIndex === undefined ? ` (backoffLimit ${backoffLimit})` : '';
  return [
    completions === undefined ? `${succeeded} succeeded` : `${succeeded} of ${completions} succeeded`,
    `${failed} failed${limit}`,
    `${active.length} under way`,
  ].join(', ');
}
