import type { EpochMs } from '../../clock/clock.ts';
import type { Job } from '../../generated/types.ts';
import { trueCondition } from '../../resources/conditions.ts';
import { failureVerdict } from './failurePolicy.ts';
import { imagePullFailure } from './imagePullFailure.ts';
import { completionsOf, isIndexed, isSuspended } from './jobFacts.ts';
import { countsAsFailed } from './podOutcome.ts';
import { metSuccessPolicy } from './successPolicy.ts';
import type { Tally } from './tally.ts';

/** How a job ends. `interim` is the condition that says so while its pods are still going (1.31). */
export interface Ending {
  readonly interim: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly final: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

const failure = (reason: string, message: string): Ending => ({
  interim: 'FailureTarget',
  final: 'Failed',
  reason,
  message,
});
const success = (reason: string, message: string): Ending => ({
  interim: 'SuccessCriteriaMet',
  final: 'Complete',
  reason,
  message,
});

/** Whether, and how, the job ends now. What was decided once stays decided; then failures are looked for before successes. */
export function endingOf(tally: Tally, now: EpochMs): Ending | undefined {
  return (
    decidedEnding(tally.job) ??
    failedByPolicy(tally) ??
    failedByLimits(tally, now) ??
    failedByIndexes(tally) ??
    failedByImagePull(tally, now) ??
    succeededByPolicy(tally) ??
    completed(tally)
  );
}

function decidedEnding(job: Job): Ending | undefined {
  const met = trueCondition(job, 'SuccessCriteriaMet');
  if (met) return success(met.reason ?? '', met.message ?? '');
  const target = trueCondition(job, 'FailureTarget');
  return target && failure(target.reason ?? '', target.message ?? '');
}

function failedByPolicy({ job, pods }: Tally): Ending | undefined {
  if (!job.spec.podFailurePolicy) return undefined;
  for (const pod of pods) {
    const { message } = countsAsFailed(job, pod) ? failureVerdict(job, pod) : {};
    if (message !== undefined) return failure('PodFailurePolicy', message);
  }
  return undefined;
}

function failedByLimits(tally: Tally, now: EpochMs): Ending | undefined {
  const { job } = tally;
  const limit = job.spec.backoffLimit ?? 6;
  if (tally.failed > limit || restartedTooOften(tally, limit)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  const deadline = deadlineOf(job);
  return deadline !== undefined && deadline <= now
    ? failure('DeadlineExceeded', 'Job was active longer than specified deadline')
    : undefined;
}

/** With `restartPolicy: OnFailure` the containers' restarts are what counts. */
function restartedTooOften({ job, pods }: Tally, limit: number): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
      restarts += container.restartCount;
    }
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** When `activeDeadlineSeconds` runs out; undefined without one, before the start and while suspended. */
export function deadlineOf(job: Job): EpochMs | undefined {
  const { activeDeadlineSeconds } = job.spec;
  const { startTime } = job.status ?? {};
  if (activeDeadlineSeconds === undefined || !startTime || isSuspended(job)) return undefined;
  return Date.parse(startTime) + activeDeadlineSeconds * 1000;
}

function failedByIndexes({ job, perIndex, succeededIndexes }: Tally): Ending | undefined {
  if (!perIndex) return undefined;
  const failed = perIndex.failedIndexes.size;
  if (job.spec.maxFailedIndexes !== undefined && failed > job.spec.maxFailedIndexes) {
    return failure(
      'MaxFailedIndexesExceeded',
      'Job has exceeded the specified maximal number of failed indexes',
    );
  }
  return failed > 0 && failed + succeededIndexes.size >= completionsOf(job)
    ? failure('FailedIndexes', 'Job has failed indexes')
    : undefined;
}

function failedByImagePull(tally: Tally, now: EpochMs): Ending | undefined {
  const message = imagePullFailure(tally, now);
  return message === undefined ? undefined : failure('ImagePullError', message);
}

function succeededByPolicy({ job, succeededIndexes }: Tally): Ending | undefined {
  if (!isIndexed(job)) return undefined;
  const message = metSuccessPolicy(job, succeededIndexes);
  return message === undefined ? undefined : success('SuccessPolicy', message);
}

/** A work queue is done when one pod succeeded and the others have ended; a counted job when enough succeeded. */
function completed({ job, succeeded, active }: Tally): Ending | undefined {
  if (active.length > 0) return undefined;
  const isDone = job.spec.completions === undefined ? succeeded > 0 : succeeded >= job.spec.completions;
  return isDone ? success('CompletionsReached', 'Reached expected number of succeeded pods') : undefined;
}
