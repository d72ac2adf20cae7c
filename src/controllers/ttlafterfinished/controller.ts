import { isBeingDeleted, keyOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { Clock, EpochMs } from '../../clock/clock.ts';
import type { DeleteOptions, Job } from '../../generated/types.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { Jobs } from '../../resources/kinds.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from '../framework/controller.ts';
import { type Metrics, noMetrics } from '../framework/metrics.ts';

type Action = { readonly kind: 'delete' };

/** Deletes jobs `ttlSecondsAfterFinished` after their end (KEP-592). */
export class TtlAfterFinishedController implements Controller<Job, Action> {
  readonly name = 'ttlafterfinished';
  readonly #jobs: Informer<Job>;
  readonly #clock: Clock;
  readonly #metrics: Metrics;

  constructor(context: ControllerContext) {
    this.#jobs = context.informers.of(Jobs);
    this.#clock = context.clock;
    this.#metrics = context.metrics ?? noMetrics;
  }

  watch(enqueue: (key: string) => void): void {
    this.#jobs.onChange(({ after }) => {
      if (after && expiresAt(after) !== undefined) enqueue(keyOf(after));
    });
  }

  observe(key: string): Job | undefined {
    return this.#jobs.get(key);
  }

  plan(job: Job, now: EpochMs): Plan<Action> {
    const time = isBeingDeleted(job) ? undefined : expiresAt(job);
    if (time === undefined) return inStages([]);
    return time <= now ? inStages([[{ kind: 'delete' }]]) : inStages<Action>([], time);
  }

  async execute(job: Job, _action: Action, client: Client): Promise<void> {
    const { resourceVersion } = job.metadata;
    const preconditions = { uid: uidOf(job), ...(resourceVersion && { resourceVersion }) };
    const deletion = this.#delete(client, job, { propagationPolicy: 'Foreground', preconditions });
    await ignoreStatusError(deletion, 'NotFound', 'Conflict');
  }

  async #delete(client: Client, job: Job, options: DeleteOptions): Promise<void> {
    await client.delete(Jobs, refOf(job), options);
    const lateSeconds = (this.#clock.now() - expiresAt(job)!) / 1000;
    this.#metrics.observe('ttl_after_finished_controller_job_deletion_duration_seconds', {}, lateSeconds);
  }
}

/** When a finished job's time is over; undefined for one that runs or has no limit. */
function expiresAt(job: Job): EpochMs | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  const end = finishedCondition(job)?.lastTransitionTime;
  return end && ttlSecondsAfterFinished !== undefined
    ? Date.parse(end) + ttlSecondsAfterFinished * 1000
    : undefined;
}
