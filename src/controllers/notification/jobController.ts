import {
  controllerOf,
  isBeingDeleted,
  type KubernetesObject,
  keyOf,
  objectKey,
  uidOf,
} from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { CronJob, Job, Namespace } from '../../generated/types.ts';
import { CronJobs, Jobs, Namespaces } from '../../resources/kinds.ts';
import { type NotifyTarget, notifyTarget } from '../../resources/notifyAnnotations.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { OwnedCache } from '../framework/ownedCache.ts';
import type { Deliveries } from './deliveries.ts';
import { noticesOf } from './jobNotices.ts';
import {
  type Action,
  isHeld,
  type Mark,
  NOTIFY_FINALIZER,
  type Observed,
  planJobNotices,
} from './jobPlan.ts';
import { idempotencyKey, type Notice } from './notice.ts';

/** Tells how jobs end, and that they start, to whom their annotations or their CronJob's name (#22207). */
export class JobNotificationController implements Controller<Observed, Action> {
  readonly name = 'jobnotification';
  readonly #jobs: OwnedCache<Job>;
  readonly #cronJobs: Informer<CronJob>;
  readonly #namespaces: Informer<Namespace>;
  readonly #deliveries: Deliveries;

  constructor(context: ControllerContext, deliveries: Deliveries) {
    this.#jobs = new OwnedCache(context.informers, Jobs);
    this.#cronJobs = context.informers.of(CronJobs);
    this.#namespaces = context.informers.of(Namespaces);
    this.#deliveries = deliveries;
  }

  watch(enqueue: (key: string) => void): void {
    this.#jobs.informer.onChange(({ before, after }) => {
      if (after && (this.#concerns(after) || (before && this.#concerns(before)))) enqueue(keyOf(after));
    });
    this.#cronJobs.onChange(({ before, after }) => {
      if (!isNotified(before) && !isNotified(after)) return;
      for (const job of this.#jobs.controlledBy(uidOf((after ?? before)!))) enqueue(keyOf(job));
    });
    this.#namespaces.onChange(({ after }) => {
      if (after && isBeingDeleted(after)) this.#enqueueHeldIn(after.metadata.name!, enqueue);
    });
    this.#deliveries.onEnd((notice) => {
      if (notice.kind !== Jobs.kind) return;
      const key = objectKey(notice.namespace, notice.name);
      // Nothing is written on a job that is gone.
      if (this.#isKnown(key, notice)) enqueue(key);
      else this.#deliveries.forget(idempotencyKey(notice));
    });
  }

  observe(key: string): Observed | undefined {
    const job = this.#jobs.informer.get(key);
    if (!job) return undefined;
    return {
      job,
      notices: noticesOf(job).map((notice) => ({
        notice,
        progress: this.#deliveries.progressOf(idempotencyKey(notice)),
      })),
      target: this.#targetOf(job),
      goesWithOwner: this.#goesWithOwner(job),
    };
  }

  plan(seen: Observed, now: EpochMs) {
    return planJobNotices(seen, now);
  }

  async execute({ job }: Observed, action: Action, client: Client): Promise<void> {
    switch (action.kind) {
      case 'tell':
        return this.#deliveries.add(action.delivery);
      case 'forget':
        return this.#deliveries.forget(action.id);
      case 'mark':
        return mark(client, job, action.mark);
    }
  }

  #concerns(job: Job): boolean {
    return isHeld(job) || this.#targetOf(job) !== undefined;
  }

  #targetOf(job: Job): NotifyTarget | undefined {
    const own = notifyTarget(job.metadata);
    if (own) return own;
    const cronJob = this.#cronJobOf(job);
    return cronJob && notifyTarget(cronJob.metadata);
  }

  #cronJobOf(job: Job): CronJob | undefined {
    const owner = controllerOf(job);
    if (owner?.kind !== CronJobs.kind) return undefined;
    const cronJob = this.#cronJobs.get(objectKey(job.metadata.namespace, owner.name));
    return cronJob && uidOf(cronJob) === owner.uid ? cronJob : undefined;
  }

  #goesWithOwner(job: Job): boolean {
    const namespace = this.#namespaces.get(job.metadata.namespace ?? '');
    return [namespace, this.#cronJobOf(job)].some((owner) => owner !== undefined && isBeingDeleted(owner));
  }

  #isKnown(key: string, notice: Notice): boolean {
    const job = this.#jobs.informer.get(key);
    const id = idempotencyKey(notice);
    return job !== undefined && noticesOf(job).some((other) => idempotencyKey(other) === id);
  }

  #enqueueHeldIn(namespace: string, enqueue: (key: string) => void): void {
    for (const job of this.#jobs.informer.list())
      if (job.metadata.namespace === namespace && isHeld(job)) enqueue(keyOf(job));
  }
}

const isNotified = (object: KubernetesObject | undefined): boolean =>
  object !== undefined && notifyTarget(object.metadata) !== undefined;

/** A job that is gone by now needs nothing more. */
async function mark(client: Client, job: Job, { annotations, finalizer }: Mark): Promise<void> {
  const metadata = {
    uid: uidOf(job),
    annotations,
    ...(finalizer === 'add' && { finalizers: [NOTIFY_FINALIZER] }),
    ...(finalizer === 'remove' && { '$deleteFromPrimitiveList/finalizers': [NOTIFY_FINALIZER] }),
  };
  const patch = client.patch(Jobs, refOf(job), { type: 'strategic', body: { metadata } });
  await ignoreStatusError(patch, 'NotFound');
}
