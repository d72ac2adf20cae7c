import { isBeingDeleted, keyOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Job } from '../../generated/types.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { Jobs } from '../../resources/kinds.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from '../framework/controller.ts';

type Action = { readonly kind: 'delete' };

/** Deletes jobs `ttlSecondsAfterFinished` after their end (KEP-592). */
export class TtlAfterFinishedController implements Controller<Job, Action> {
  readonly name = 'ttlafterfinished';
  readonly #jobs: Informer<Job>;

  constructor(context: ControllerContext) {
    this.#jobs = context.informers.of(Jobs);
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
    const deletion = client.delete(Jobs, refOf(job), { propagationPolicy: 'Foreground', preconditions });
    await ignoreStatusError(deletion, 'NotFound', 'Conflict');
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
