import type { Job, JobStatus, Pod } from '../../generated/types.ts';
import type { Ends } from './podEnds.ts';

/** Something to tell about the job once the status that says so is written. */
export interface Announcement {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Everything that the Job controller can decide to do. */
export type Action =
  | { readonly kind: 'adoptPod' | 'releasePod'; readonly pod: Pod }
  | { readonly kind: 'updateStatus'; readonly status: JobStatus; readonly announce: readonly Announcement[] }
  /** The pod is in the books: nothing is lost when it goes. */
  | { readonly kind: 'removeFinalizer'; readonly pod: Pod }
  /** A pod too many: it goes without being counted. */
  | { readonly kind: 'removePod'; readonly pod: Pod }
  /** A pod of a job that has ended: it goes, and is counted. */
  | { readonly kind: 'stopPod'; readonly pod: Pod }
  /** The same, but it stays when it has ended, with its logs. */
  | { readonly kind: 'endPod'; readonly pod: Pod }
  | PodCreation;

export interface PodCreation {
  readonly kind: 'createPod';
  readonly index: number | undefined;
  readonly indexFailures: IndexFailures | undefined;
  /** Whether it may take the place of others, in the words of the metric that counts it. */
  readonly because: CreationReason;
}

export type CreationReason = 'new' | 'recreate_failed' | 'recreate_terminating_or_failed';

/** How often the pods of one index failed so far (`backoffLimitPerIndex`). */
export interface IndexFailures {
  readonly counted: number;
  /** Failures that a pod failure policy told to ignore. */
  readonly ignored: number;
}

/** What the caches show: a job with its pods, or pods that a job left behind. */
export type Observed = ObservedJob | { readonly kind: 'gone'; readonly orphans: readonly Pod[] };

export interface Held {
  readonly held: readonly Pod[];
  readonly adopt: readonly Pod[];
  readonly release: readonly Pod[];
}

export interface ObservedJob {
  readonly kind: 'job';
  readonly job: Job;
  readonly pods: Held;
  readonly ends: Ends;
}
