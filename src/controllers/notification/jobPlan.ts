import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Job } from '../../generated/types.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import type { NotifyTarget } from '../../resources/notifyAnnotations.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { type Delivery, idempotencyKey, type Notice, OCCASION_OF, type Progress } from './notice.ts';
import { PATIENCE_MS } from './verdict.ts';

/** On a job: `JobFailed@2026-01-01T00:00:10Z`, what its receiver has been told, with commas between. */
export const NOTIFIED = 'sampan.dev/notified';
/** In the same way, what could not be delivered. */
export const NOTIFY_FAILED = 'sampan.dev/notify-failed';
/** Keeps a job, beyond its deletion, until its end has been told. */
export const NOTIFY_FINALIZER = 'sampan.dev/notify';

export type Action =
  | { readonly kind: 'tell'; readonly delivery: Delivery }
  /** Of a delivery that is written down, or that nobody wants any more. */
  | { readonly kind: 'forget'; readonly id: string }
  | { readonly kind: 'mark'; readonly mark: Mark };

/** What changes on the job. */
export interface Mark {
  readonly annotations: Readonly<Record<string, string>>;
  readonly finalizer: 'add' | 'remove' | undefined;
}

export interface Observed {
  readonly job: Job;
  /** What there is to tell of it, and how far that has come. */
  readonly notices: readonly { readonly notice: Notice; readonly progress: Progress | undefined }[];
  /** The job's own, or else its CronJob's. */
  readonly target: NotifyTarget | undefined;
  /** What it belongs to is on its way out, its CronJob or its namespace: that is not held up. */
  readonly goesWithOwner: boolean;
}

/** Tells what is new, writes down what has been told, and keeps the job until its end is. */
export function planJobNotices(observed: Observed, now: EpochMs): Plan<Action> {
  const { job, notices, target } = observed;
  const settled = [...listIn(job, NOTIFIED), ...listIn(job, NOTIFY_FAILED)];
  const open = notices.filter(
    ({ notice }) => isWanted(target, notice) && !settled.includes(recordOf(notice)),
  );
  const waiting = open.filter(({ progress }) => progress === undefined || progress.kind === 'pending');
  const over = notices.filter((each) => each.progress && !waiting.includes(each));
  return inStages<Action>(
    [
      waiting.map(({ notice }) => ({ kind: 'tell', delivery: deliveryOf(notice, target!) })),
      marks(job, open, finalizerChange(observed, waiting.length > 0, now)),
      over.map(({ notice }) => ({ kind: 'forget', id: idempotencyKey(notice) })),
    ],
    isHeld(job) ? heldUntil(job) : undefined,
  );
}

const isWanted = (target: NotifyTarget | undefined, { event }: Notice): boolean =>
  target?.on.includes(OCCASION_OF[event]) ?? false;

const deliveryOf = (notice: Notice, target: NotifyTarget): Delivery => ({
  id: idempotencyKey(notice),
  notice,
  target,
});

/** All that changes on the job, in one write. */
function marks(job: Job, open: Observed['notices'], finalizer: Mark['finalizer']): readonly Action[] {
  const recordsOf = (kind: Progress['kind']) =>
    open.filter(({ progress }) => progress?.kind === kind).map(({ notice }) => recordOf(notice));
  const annotations = {
    ...added(NOTIFIED, listIn(job, NOTIFIED), recordsOf('delivered')),
    ...added(NOTIFY_FAILED, listIn(job, NOTIFY_FAILED), recordsOf('failed')),
  };
  if (Object.keys(annotations).length === 0 && !finalizer) return [];
  return [{ kind: 'mark', mark: { annotations, finalizer } }];
}

const recordOf = ({ event, time }: Notice): string => `${event}@${time}`;

const listIn = ({ metadata }: Job, name: string): readonly string[] =>
  metadata.annotations?.[name]?.split(',') ?? [];

const added = (name: string, before: readonly string[], more: readonly string[]) =>
  more.length > 0 ? { [name]: [...before, ...more].join(',') } : {};

export const isHeld = ({ metadata }: Job): boolean =>
  metadata.finalizers?.includes(NOTIFY_FINALIZER) ?? false;

/** No deletion waits for longer than a delivery is tried. */
const heldUntil = ({ metadata }: Job): EpochMs | undefined =>
  metadata.deletionTimestamp ? Date.parse(metadata.deletionTimestamp) + PATIENCE_MS : undefined;

/** It is there from the start, so that no limit of time or number takes a job away before its end has been told. */
function finalizerChange(observed: Observed, isWaiting: boolean, now: EpochMs): Mark['finalizer'] {
  const { job, target, goesWithOwner } = observed;
  const deleting = isBeingDeleted(job);
  const hasToStay = isFinished(job) ? isWaiting : tellsEnds(target) && !deleting;
  const isOverdue = deleting && now >= heldUntil(job)!;
  const holds = hasToStay && !isOverdue && !goesWithOwner;
  if (isHeld(job)) return holds ? undefined : 'remove';
  return holds && !deleting ? 'add' : undefined;
}

const tellsEnds = (target: NotifyTarget | undefined): boolean =>
  target !== undefined && (target.on.includes('failed') || target.on.includes('succeeded'));
