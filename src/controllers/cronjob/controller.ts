import { isStatusError, messageOf } from '../../apimachinery/errors.ts';
import { controllerOf, keyOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Change, Informer } from '../../client/informer.ts';
import type { Clock, EpochMs } from '../../clock/clock.ts';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../generated/types.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { CronJobs, Jobs } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { type Metrics, noMetrics } from '../framework/metrics.ts';
import { OwnedCache } from '../framework/ownedCache.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { isOfTerminatingNamespace } from '../framework/terminatingNamespace.ts';
import type { Action, Observed } from './actions.ts';
import { referenceTo } from './activeJobs.ts';
import { cronJobJob, manualJob } from './cronJobJob.ts';
import { planCronJob } from './plan.ts';

/** Makes a job at each time that a CronJob's schedule names. */
export class CronJobController implements Controller<Observed, Action> {
  readonly name = 'cronjob';
  readonly #cronJobs: Informer<CronJob>;
  readonly #jobs: OwnedCache<Job>;
  readonly #recorder: EventRecorder;
  readonly #localTimeZone: string;
  readonly #clock: Clock;
  readonly #metrics: Metrics;

  /** Schedules that name no zone are read in `localTimeZone`. */
  constructor(context: ControllerContext, localTimeZone: string) {
    this.#cronJobs = context.informers.of(CronJobs);
    this.#jobs = new OwnedCache(context.informers, Jobs);
    this.#recorder = context.recorder('cronjob-controller');
    this.#localTimeZone = localTimeZone;
    this.#clock = context.clock;
    this.#metrics = context.metrics ?? noMetrics;
  }

  watch(enqueue: (key: string) => void): void {
    this.#cronJobs.onChange(({ before, after }) => enqueue(keyOf((after ?? before)!)));
    this.#jobs.followOwners(CronJobs.kind, enqueue, isNews);
  }

  observe(key: string): Observed | undefined {
    const cronJob = this.#cronJobs.get(key);
    if (!cronJob) return undefined;
    const jobs = this.#jobs.controlledBy(uidOf(cronJob));
    return { cronJob, jobs, localTimeZone: this.#localTimeZone };
  }

  plan(seen: Observed, now: EpochMs) {
    return planCronJob(seen, now);
  }

  async execute({ cronJob }: Observed, action: Action, client: Client): Promise<void> {
    switch (action.kind) {
      case 'announce':
        this.#recorder.event(cronJob, action.type, action.reason, action.message);
        return;
      case 'confirmGone':
        return confirmGone(client, cronJob, action.reference);
      case 'updateStatus':
        return this.#updateStatus(client, cronJob, action.status, action.started);
      case 'startJob': {
        const { scheduledTime, timeZone, backfill } = action;
        const isNew = await this.#start(
          client,
          cronJob,
          cronJobJob(cronJob, scheduledTime, timeZone, backfill),
        );
        // What is made up for long after its time says nothing of how late runs start.
        if (isNew && backfill === undefined) this.#measureSkew(scheduledTime);
        return;
      }
      case 'runNow':
        await this.#start(client, cronJob, manualJob(cronJob, action.value, this.#clock.now()));
        return;
      case 'deleteJob':
        return this.#delete(client, cronJob, action.job);
    }
  }

  /** A job that was started just now is known to the server, not yet to the cache. */
  async #updateStatus(client: Client, cronJob: CronJob, status: CronJobStatus, started: string | undefined) {
    const job = started !== undefined && (await findJob(client, cronJob, started));
    const isActive = job && controllerOf(job)?.uid === uidOf(cronJob) && !finishedCondition(job);
    const active = isActive ? [...(status.active ?? []), referenceTo(job)] : status.active;
    return updateStatus(client, CronJobs, cronJob, active ? { ...status, active } : status);
  }

  /** Says whether the job is new. */
  async #start(client: Client, cronJob: CronJob, job: Job): Promise<boolean> {
    try {
      await client.create(Jobs, job);
      this.#recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${nameOf(job)}`);
      return true;
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists')) await this.#nameIsTaken(client, cronJob, nameOf(job));
      else {
        if (isOfTerminatingNamespace(error)) throw error;
        const message = `Error creating job: ${messageOf(error)}`;
        this.#recorder.event(cronJob, 'Warning', 'FailedCreate', message);
        throw error;
      }
      return false;
    }
  }

  #measureSkew(scheduledTime: EpochMs): void {
    const skewSeconds = (this.#clock.now() - scheduledTime) / 1000;
    this.#metrics.observe('cronjob_controller_job_creation_skew_duration_seconds', {}, skewSeconds);
  }

  /** A job of that name may be this run itself, made before a crash. Somebody else's takes its place; that is told, once. */
  async #nameIsTaken(client: Client, cronJob: CronJob, name: string): Promise<void> {
    const job = await client.get(Jobs, { name, namespace: cronJob.metadata.namespace });
    if (controllerOf(job)?.uid === uidOf(cronJob)) return;
    const message = `Error creating job: jobs.batch "${name}" already exists`;
    this.#recorder.event(cronJob, 'Warning', 'FailedCreate', message);
  }

  async #delete(client: Client, cronJob: CronJob, job: Job): Promise<void> {
    try {
      await client.delete(Jobs, refOf(job), {
        propagationPolicy: 'Background',
        preconditions: { uid: uidOf(job) },
      });
      this.#recorder.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${nameOf(job)}`);
    } catch (error) {
      if (isStatusError(error, 'NotFound', 'Conflict')) return;
      this.#recorder.event(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
      throw error;
    }
  }
}

/** How far the pods of a running job are concerns nobody here. */
function isNews({ before, after }: Change<Job>): boolean {
  if (!before || !after) return true;
  return (
    finishedCondition(before)?.type !== finishedCondition(after)?.type ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.metadata.ownerReferences !== after.metadata.ownerReferences ||
    before.metadata.annotations !== after.metadata.annotations
  );
}

/** As the server has it. */
const findJob = (
  client: Client,
  { metadata: { namespace } }: CronJob,
  name: string,
): Promise<Job | undefined> => ignoreStatusError(client.get(Jobs, { name, namespace }), 'NotFound');

/** Throws while the job exists: the cache is older than the status that names it. */
async function confirmGone(client: Client, cronJob: CronJob, { name = '', uid }: ObjectReference) {
  const job = await findJob(client, cronJob, name);
  if (job && uidOf(job) === uid)
    throw new Error(`Cannot judge job "${name}" yet: the cache does not show it`);
}
