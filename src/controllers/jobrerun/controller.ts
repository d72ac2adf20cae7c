import { isStatusError, messageOf } from '../../apimachinery/errors.ts';
import { keyOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { Job } from '../../generated/types.ts';
import { rerunNumber } from '../../resources/job/jobAnnotations.ts';
import { Jobs } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { type Action, planRerun } from './plan.ts';
import { RERUN_DONE } from './rerunOf.ts';

/** Makes a new job of one that has ended, when its annotation asks for it (#80207). */
export class JobRerunController implements Controller<Job, Action> {
  readonly name = 'jobrerun';
  readonly #jobs: Informer<Job>;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#jobs = context.informers.of(Jobs);
    this.#recorder = context.recorder('job-controller');
  }

  watch(enqueue: (key: string) => void): void {
    this.#jobs.onChange(({ after }) => {
      if (after && rerunNumber(after) !== undefined) enqueue(keyOf(after));
    });
  }

  observe(key: string): Job | undefined {
    return this.#jobs.get(key);
  }

  plan = planRerun;

  async execute(job: Job, action: Action, client: Client): Promise<void> {
    if (action.kind === 'createJob') return this.#create(job, action.rerun, client);
    const metadata = { uid: uidOf(job), annotations: { [RERUN_DONE]: action.number } };
    await client.patch(Jobs, refOf(job), { type: 'merge', body: { metadata } });
  }

  /** One of that name is the rerun already: of before a crash, or of a number that was given once more. */
  async #create(job: Job, rerun: Job, client: Client): Promise<void> {
    try {
      await client.create(Jobs, rerun);
      this.#recorder.event(job, 'Normal', 'Rerun', `Created job ${nameOf(rerun)}`);
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists')) return;
      this.#recorder.event(job, 'Warning', 'FailedRerun', `Error creating job: ${messageOf(error)}`);
      throw error;
    }
  }
}
