import { isStatusError, messageOf } from '../../apimachinery/errors.ts';
import { keyOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { DaemonJob, Job, Node } from '../../generated/types.ts';
import { DaemonJobs, Jobs, Nodes } from '../../resources/kinds.ts';
import { changesPlacement } from '../daemonset/nodeChanges.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { OwnedCache } from '../framework/ownedCache.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { nodeJob, nodeNameOf } from './nodeJob.ts';
import type { Observed } from './observed.ts';
import { type Action, planDaemonJob } from './plan.ts';

/** Makes one Job for every node that a DaemonJob is for. What a Job is, the Job controller knows. */
export class DaemonJobController implements Controller<Observed, Action> {
  readonly name = 'daemonjob';
  readonly #daemonJobs: Informer<DaemonJob>;
  readonly #nodes: Informer<Node>;
  readonly #jobs: OwnedCache<Job>;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#daemonJobs = context.informers.of(DaemonJobs);
    this.#nodes = context.informers.of(Nodes);
    this.#jobs = new OwnedCache(context.informers, Jobs);
    this.#recorder = context.recorder('daemonjob-controller');
  }

  watch(enqueue: (key: string) => void): void {
    this.#daemonJobs.onChange(({ before, after }) => enqueue(keyOf((after ?? before)!)));
    this.#nodes.onChange((change) => {
      if (changesPlacement(change))
        for (const daemonJob of this.#daemonJobs.list()) enqueue(keyOf(daemonJob));
    });
    this.#jobs.followOwners(DaemonJobs.kind, enqueue);
  }

  observe(key: string): Observed | undefined {
    const daemonJob = this.#daemonJobs.get(key);
    if (!daemonJob) return undefined;
    return { daemonJob, nodes: this.#nodes.list(), jobs: this.#jobs.controlledBy(uidOf(daemonJob)) };
  }

  plan(seen: Observed, now: EpochMs) {
    return planDaemonJob(seen, now);
  }

  async execute({ daemonJob }: Observed, action: Action, client: Client): Promise<void> {
    switch (action.kind) {
      case 'createJob':
        return this.#create(client, daemonJob, nodeJob(daemonJob, action.node, action.hash));
      case 'deleteJob':
        return this.#delete(client, daemonJob, action.job);
      case 'setSuspend': {
        const body = { spec: { suspend: action.suspend } };
        await ignoreStatusError(client.patch(Jobs, refOf(action.job), { type: 'merge', body }), 'NotFound');
        return;
      }
      case 'announce':
        this.#recorder.event(daemonJob, action.type, action.reason, action.message);
        return;
      case 'updateStatus':
        return updateStatus(client, DaemonJobs, daemonJob, action.status);
    }
  }

  async #create(client: Client, daemonJob: DaemonJob, job: Job): Promise<void> {
    try {
      await client.create(Jobs, job);
    } catch (error) {
      // Made before a crash, or on its way out: the cache will show it.
      if (isStatusError(error, 'AlreadyExists')) return;
      this.#recorder.event(daemonJob, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
      throw error;
    }
    const message = `Created job ${nameOf(job)} for node ${nodeNameOf(job)}`;
    this.#recorder.event(daemonJob, 'Normal', 'SuccessfulCreate', message);
  }

  async #delete(client: Client, daemonJob: DaemonJob, job: Job): Promise<void> {
    const options = { propagationPolicy: 'Foreground', preconditions: { uid: uidOf(job) } };
    await ignoreStatusError(client.delete(Jobs, refOf(job), options), 'NotFound', 'Conflict');
    this.#recorder.event(daemonJob, 'Normal', 'SuccessfulDelete', `Deleted job ${nameOf(job)}`);
  }
}
