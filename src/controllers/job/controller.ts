import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { apiVersionOf, controllerOf, keyOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import { Jobs, Pods } from '../../resources/kinds.ts';
import type { Controller, ControllerContext, Plan, SyncOutcome } from '../framework/controller.ts';
import { ownerKeyOf } from '../framework/ownership.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { createPod, deletePod } from '../pods/podActions.ts';
import { PodCache } from '../pods/podIndexes.ts';
import type { Action, Observed, PodCreation } from './actions.ts';
import { isManagedElsewhere, isTracked, TRACKING_FINALIZER } from './jobFacts.ts';
import { JobMetrics } from './jobMetrics.ts';
import { jobPod } from './jobPod.ts';
import { planJob } from './plan.ts';
import { letPodGo, takePod } from './podClaims.ts';
import { PodEnds } from './podEnds.ts';
import { OVER_AT_ONCE_SECONDS } from './stopPods.ts';

const TRACKED_BY_JOB = 'trackedByJob';
/** The key of no job at all: of pods that were orphaned while they still carried the finalizer. */
const NO_JOB = '';

/** Runs pods until enough of them have succeeded. */
export class JobController implements Controller<Observed, Action> {
  readonly name = 'job';
  readonly #jobs: Informer<Job>;
  readonly #pods: PodCache;
  readonly #recorder: EventRecorder;
  readonly #metrics: JobMetrics;
  readonly #ends: PodEnds;

  constructor(context: ControllerContext) {
    this.#ends = new PodEnds(context.clock);
    this.#jobs = context.informers.of(Jobs);
    this.#pods = new PodCache(context.informers);
    this.#pods.informer.addIndex(TRACKED_BY_JOB, trackedBy);
    this.#recorder = context.recorder('job-controller');
    this.#metrics = new JobMetrics(context.metrics);
  }

  watch(enqueue: (key: string) => void): void {
    this.#jobs.onChange(({ before, after }) => {
      if (after && !before) this.#metrics.jobAppeared(after);
      if (!after || isFinished(after)) this.#ends.forget(uidOf((after ?? before)!));
      enqueue(keyOf((after ?? before)!));
    });
    this.#pods.informer.onChange(({ before, after }) => {
      this.#metrics.podChanged(before, after);
      for (const pod of [before, after]) if (pod) for (const key of followedBy(pod)) enqueue(key);
    });
    this.#pods.followOrphans(this.#jobs, selectorOf, enqueue);
  }

  observe(key: string): Observed | undefined {
    const job = this.#jobs.get(key);
    const tracked = this.#pods.informer.byIndex(TRACKED_BY_JOB, key);
    const orphans = job ? tracked.filter((pod) => controllerOf(pod)?.uid !== uidOf(job)) : tracked;
    if (orphans.length > 0) return { kind: 'gone', orphans };
    if (!job) return undefined;
    const pods = this.#pods.claimedBy(job, selectorOf(job));
    this.#ends.note(job, pods.held);
    return { kind: 'job', job, pods, ends: this.#ends.of(uidOf(job)) };
  }

  plan(seen: Observed, now: EpochMs) {
    return planJob(seen, now);
  }

  async execute(seen: Observed, action: Action, client: Client): Promise<void> {
    if (seen.kind === 'gone') {
      // As it was seen: a job that takes it back at the same moment holds it again.
      if (action.kind === 'removeFinalizer')
        await removeFinalizer(client, action.pod, action.pod.metadata.resourceVersion);
      return;
    }
    const { job } = seen;
    switch (action.kind) {
      case 'removeFinalizer':
        await removeFinalizer(client, action.pod);
        return this.#metrics.podReleased(job, action.pod);
      case 'adoptPod':
        return takePod(client, job, action.pod);
      case 'releasePod':
        return letPodGo(client, job, action.pod);
      case 'updateStatus':
        await updateStatus(client, Jobs, job, action.status);
        this.#metrics.statusWritten(job, action.status);
        for (const { type, reason, message } of action.announce)
          this.#recorder.event(job, type, reason, message);
        return;
      case 'createPod':
        return this.#createPod(client, job, action);
      case 'removePod':
        await removeFinalizer(client, action.pod);
        return deletePod(client, this.#recorder, job, action.pod);
      case 'endPod':
        return endPod(client, action.pod);
      case 'stopPod':
        return deletePod(client, this.#recorder, job, action.pod);
    }
  }

  async #createPod(client: Client, job: Job, { index, indexFailures, because }: PodCreation): Promise<void> {
    let status: 'succeeded' | 'failed' = 'failed';
    try {
      await createPod(client, this.#recorder, job, jobPod(job, index, indexFailures));
      status = 'succeeded';
    } finally {
      this.#metrics.podCreated(because, status);
    }
  }

  onSynced(seen: Observed, plan: Plan<Action>, outcome: SyncOutcome): void {
    if (seen.kind !== 'job' || isManagedElsewhere(seen.job) || isFinished(seen.job)) return;
    this.#metrics.synced(seen.job, plan, outcome);
  }
}

/** The key of the job that controls the pod, or of no job where nobody does; undefined where somebody else does, a Job of another group perhaps. */
function jobKeyOf(pod: Pod): string | undefined {
  const owner = controllerOf(pod);
  if (!owner) return NO_JOB;
  const isJob = owner.kind === Jobs.kind && owner.apiVersion === apiVersionOf(Jobs.group, Jobs.version);
  return isJob ? ownerKeyOf(pod, Jobs.kind) : undefined;
}

function trackedBy(pod: Pod): string[] {
  const key = isTracked(pod) ? jobKeyOf(pod) : undefined;
  return key === undefined ? [] : [key];
}

/** Most pods of a cluster are of other controllers. */
function followedBy(pod: Pod): string[] {
  const key = jobKeyOf(pod);
  return key === undefined || (key === NO_JOB && !isTracked(pod)) ? [] : [key];
}

/** Its node ends it as one whose time is over; it fails, and is counted, but is not deleted. */
async function endPod(client: Client, pod: Pod): Promise<void> {
  const body = { metadata: { uid: uidOf(pod) }, spec: { activeDeadlineSeconds: OVER_AT_ONCE_SECONDS } };
  await ignoreStatusError(client.patch(Pods, refOf(pod), { type: 'merge', body }), 'NotFound');
}

/** A pod that is gone by now needs nothing more. A conflict is no proof of that: the key comes again. */
async function removeFinalizer(client: Client, pod: Pod, resourceVersion?: string): Promise<void> {
  if (!isTracked(pod)) return;
  const metadata = {
    uid: uidOf(pod),
    ...(resourceVersion && { resourceVersion }),
    '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER],
  };
  const removal = client.patch(Pods, refOf(pod), { type: 'strategic', body: { metadata } });
  await ignoreStatusError(removal, 'NotFound');
}

const selectorOf = ({ spec }: Job) => labelSelectorOf(spec.selector);
