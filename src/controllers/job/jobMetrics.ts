import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Job, JobStatus, Pod } from '../../generated/types.ts';
import { hasTrueCondition } from '../../resources/conditions.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import type { Plan, SyncOutcome } from '../framework/controller.ts';
import { type Metrics, noMetrics } from '../framework/metrics.ts';
import type { Action, CreationReason } from './actions.ts';
import { failureVerdict } from './failurePolicy.ts';
import { IndexSet } from './indexSet.ts';
import {
  completionsOf,
  isIndexed,
  isManagedElsewhere,
  isSuspended,
  isTracked,
  limitsFailuresPerIndex,
} from './jobFacts.ts';
import { countsAsFailed } from './podOutcome.ts';

/** What upstream counts of jobs, under upstream's names (`pkg/controller/job/metrics`). */
export class JobMetrics {
  readonly #metrics: Metrics;

  constructor(metrics: Metrics = noMetrics) {
    this.#metrics = metrics;
  }

  #count(name: string, labels: Readonly<Record<string, string>>, by = 1): void {
    if (by > 0) this.#metrics.count(`job_controller_${name}`, labels, by);
  }

  jobAppeared(job: Job): void {
    if (isManagedElsewhere(job))
      this.#count('jobs_by_external_controller_total', { controller_name: job.spec.managedBy! });
  }

  /** Ended pods that are held for the books come and go. */
  podChanged(before: Pod | undefined, after: Pod | undefined): void {
    const [wasHeld, isHeld] = [isEndedAndHeld(before), isEndedAndHeld(after)];
    if (wasHeld === isHeld) return;
    this.#count('terminated_pods_tracking_finalizer_total', { event: isHeld ? 'add' : 'delete' });
  }

  podReleased(job: Job, pod: Pod): void {
    if (!isTracked(pod) || !countsAsFailed(job, pod)) return;
    const { action } = failureVerdict(job, pod);
    if (action) this.#count('pod_failures_handled_by_failure_policy_total', { action });
  }

  podCreated(reason: CreationReason, status: 'succeeded' | 'failed'): void {
    this.#count('job_pods_creation_total', { reason, status });
  }

  statusWritten(job: Job, next: JobStatus): void {
    const completion_mode = modeOf(job);
    const before = job.status ?? {};
    const succeeded = (next.succeeded ?? 0) - (before.succeeded ?? 0);
    const failed = (next.failed ?? 0) - (before.failed ?? 0);
    this.#count('job_pods_finished_total', { completion_mode, result: 'succeeded' }, succeeded);
    this.#count('job_pods_finished_total', { completion_mode, result: 'failed' }, failed);
    if (isIndexed(job)) this.#indexesFinished(job, next);
    const end = finishedCondition({ ...job, status: next });
    if (!end) return;
    const result = end.type === 'Complete' ? 'succeeded' : 'failed';
    this.#count('jobs_finished_total', { completion_mode, result, reason: end.reason ?? '' });
  }

  #indexesFinished(job: Job, next: JobStatus): void {
    const backoffLimit = limitsFailuresPerIndex(job) ? 'perIndex' : 'global';
    for (const [status, list] of [
      ['succeeded', 'completedIndexes'],
      ['failed', 'failedIndexes'],
    ] as const) {
      const more = sizeOf(job, next[list]) - sizeOf(job, job.status?.[list]);
      this.#count('job_finished_indexes_total', { status, backoffLimit }, more);
    }
  }

  synced(job: Job, plan: Plan<Action>, { isSuccess, seconds }: SyncOutcome): void {
    const labels = {
      completion_mode: modeOf(job),
      result: isSuccess ? 'success' : 'error',
      action: actionOf(job, plan),
    };
    this.#count('job_syncs_total', labels);
    this.#metrics.observe('job_controller_job_sync_duration_seconds', labels, seconds);
  }
}

const isEndedAndHeld = (pod: Pod | undefined) => pod !== undefined && isTerminal(pod) && isTracked(pod);
const modeOf = (job: Job) => (isIndexed(job) ? 'Indexed' : 'NonIndexed');
const sizeOf = (job: Job, indexes: string | undefined) => IndexSet.parse(indexes, completionsOf(job)).size;

/** What a look did, in upstream's words; one at a job that ends or goes manages no pods. */
function actionOf(job: Job, { stages }: Plan<Action>): string {
  const kinds = new Set(stages.flat().map(({ kind }) => kind));
  if (kinds.has('createPod')) return 'pods_created';
  if (kinds.has('removePod')) return 'pods_deleted';
  const isEnding = hasTrueCondition(job, 'SuccessCriteriaMet') || hasTrueCondition(job, 'FailureTarget');
  if (isEnding || isBeingDeleted(job) || kinds.has('stopPod')) return 'reconciling';
  return isSuspended(job) ? 'pods_deleted' : 'tracking';
}
