import { keyOf, objectKey, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { CronJob, Job } from '../../generated/types.ts';
import { CronJobs, Jobs } from '../../resources/kinds.ts';
import { notifyTarget } from '../../resources/notifyAnnotations.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { OwnedCache } from '../framework/ownedCache.ts';
import type { Deliveries } from './deliveries.ts';
import {
  type Action,
  missedDeliveryId,
  NOTIFIED_UNTIL,
  type Observed,
  planMissedRuns,
} from './missedPlan.ts';

/** Tells of runs of CronJobs that never started, to whom their annotations name (#22207). */
export class MissedRunController implements Controller<Observed, Action> {
  readonly name = 'missedrun';
  readonly #cronJobs: Informer<CronJob>;
  readonly #jobs: OwnedCache<Job>;
  readonly #deliveries: Deliveries;
  readonly #localTimeZone: string;

  /** Schedules that name no zone are read in `localTimeZone`. */
  constructor(context: ControllerContext, deliveries: Deliveries, localTimeZone: string) {
    this.#cronJobs = context.informers.of(CronJobs);
    this.#jobs = new OwnedCache(context.informers, Jobs);
    this.#deliveries = deliveries;
    this.#localTimeZone = localTimeZone;
  }

  watch(enqueue: (key: string) => void): void {
    this.#cronJobs.onChange(({ before, after }) => {
      if (after && (concerns(after) || (before && concerns(before)))) enqueue(keyOf(after));
    });
    this.#deliveries.onEnd(({ kind, namespace, name, uid }) => {
      if (kind !== CronJobs.kind) return;
      const key = objectKey(namespace, name);
      if (this.#cronJobs.get(key)?.metadata.uid === uid) enqueue(key);
      else this.#deliveries.forget(missedDeliveryId(uid));
    });
  }

  observe(key: string): Observed | undefined {
    const cronJob = this.#cronJobs.get(key);
    if (!cronJob) return undefined;
    return {
      cronJob,
      jobs: this.#jobs.controlledBy(uidOf(cronJob)),
      target: notifyTarget(cronJob.metadata),
      progress: this.#deliveries.progressOf(missedDeliveryId(uidOf(cronJob))),
      localTimeZone: this.#localTimeZone,
    };
  }

  plan(seen: Observed, now: EpochMs) {
    return planMissedRuns(seen, now);
  }

  async execute({ cronJob }: Observed, action: Action, client: Client): Promise<void> {
    switch (action.kind) {
      case 'tell':
        return this.#deliveries.add(action.delivery);
      case 'forget':
        return this.#deliveries.forget(missedDeliveryId(uidOf(cronJob)));
      case 'mark':
        return mark(client, cronJob, action.until);
    }
  }
}

const concerns = ({ metadata }: CronJob): boolean =>
  notifyTarget(metadata) !== undefined || metadata.annotations?.[NOTIFIED_UNTIL] !== undefined;

async function mark(client: Client, cronJob: CronJob, until: string | null): Promise<void> {
  const metadata = { uid: uidOf(cronJob), annotations: { [NOTIFIED_UNTIL]: until } };
  const patch = client.patch(CronJobs, refOf(cronJob), { type: 'merge', body: { metadata } });
  await ignoreStatusError(patch, 'NotFound');
}
