import type { EpochMs } from '../../clock/clock.ts';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../generated/types.ts';

/** Everything that the CronJob controller can decide to do. */
export type Action =
  | {
      readonly kind: 'updateStatus';
      readonly status: CronJobStatus;
      /** The name of the job that this plan starts: it is active too. */
      readonly started?: string;
    }
  /** The cache does not hold an active job: that may be the cache's fault, and the rest waits until it is not. */
  | { readonly kind: 'confirmGone'; readonly reference: ObjectReference }
  | {
      readonly kind: 'startJob';
      readonly scheduledTime: EpochMs;
      readonly timeZone: string | undefined;
      /** The range that it is made up for. */
      readonly backfill?: string;
    }
  /** The run that the value of `sampan.dev/run-now` asks for. */
  | { readonly kind: 'runNow'; readonly value: string }
  /** `replaced`: by the run that is due; `old`: beyond the history limits. */
  | { readonly kind: 'deleteJob'; readonly job: Job; readonly because: 'replaced' | 'old' }
  | {
      readonly kind: 'announce';
      readonly type: 'Normal' | 'Warning';
      readonly reason: string;
      readonly message: string;
    };

/** What the caches show of one CronJob. */
export interface Observed {
  readonly cronJob: CronJob;
  /** The jobs that it owns. */
  readonly jobs: readonly Job[];
  /** Where schedules without `timeZone` are read. */
  readonly localTimeZone: string;
}
