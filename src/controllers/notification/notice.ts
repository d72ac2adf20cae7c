import type { ObjectReference } from '../../generated/types.ts';
import type { NotifyTarget, Occasion } from '../../resources/notifyAnnotations.ts';

/** What is told: the body of the request, as docs/notifications.md has it. */
export interface Notice {
  readonly event: 'JobStarted' | 'JobSucceeded' | 'JobFailed' | 'RunMissed';
  /** When it happened, or when a missed run was found to be one. */
  readonly time: string;
  readonly namespace: string;
  readonly kind: 'Job' | 'CronJob';
  readonly name: string;
  readonly uid: string;
  /** The CronJob that made the job. */
  readonly cronJob?: string;
  /** For when the run was due; of several missed runs the last. */
  readonly scheduledTime?: string;
  readonly reason: string;
  readonly message: string;
  readonly pods?: { readonly succeeded: number; readonly failed: number };
  readonly missed?: { readonly runs: number; readonly first: string };
}

export const OCCASION_OF: Readonly<Record<Notice['event'], Occasion>> = {
  JobStarted: 'started',
  JobSucceeded: 'succeeded',
  JobFailed: 'failed',
  RunMissed: 'missed',
};

/** A notice on its way to somebody. */
export interface Delivery {
  /** There is one at a time of each. */
  readonly id: string;
  readonly notice: Notice;
  readonly target: NotifyTarget;
}

/** How far a delivery has come. The ends stay known until somebody has written them down. */
export interface Progress {
  readonly kind: 'pending' | 'delivered' | 'failed';
  readonly notice: Notice;
}

/** The same for every attempt, also after a restart: by it a receiver knows what it has had already. */
export const idempotencyKey = ({ uid, event, time, scheduledTime }: Notice): string =>
  `${uid}/${event}/${event === 'RunMissed' ? scheduledTime : time}`;

/** All that is told of a receiver's address: the rest of it may be a secret. */
export const hostOf = ({ target }: Delivery): string => new URL(target.url).host;

export const subjectOf = ({ kind, namespace, name, uid }: Notice): ObjectReference => ({
  apiVersion: 'batch/v1',
  kind,
  namespace,
  name,
  uid,
});
