import { controllerOf, isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import { isFailed } from '../../resources/pod/podPhase.ts';
import type { World } from '../run/world.ts';
import { indexOf, parseIndexes } from './jobIndexes.ts';

const TRACKING = 'batch.kubernetes.io/job-tracking';

/**
 * Whether nothing holds a pod but that it is the record of how often its index has failed: with `backoffLimitPerIndex` that is told by the
 * last failed pod alone, which keeps the tracking finalizer until its successor is made (KEP-3850), and a Job that is suspended or of
 * parallelism 0 makes none. It is one pod for each index that is to be tried again.
 */
export function recordsFailuresOfIndex(pod: Pod, world: World): boolean {
  const job = jobOf(pod, world);
  const index = indexOf(pod);
  if (!job || index === undefined || !triesAgainLater(job) || hasEnded(job, index)) return false;
  const ofIndex = world.podsOf(uidOf(job)).filter((other) => indexOf(other) === index && isTracked(other));
  return isFailed(pod) && pod.metadata.finalizers?.join() === TRACKING && ofIndex.length === 1;
}

function jobOf(pod: Pod, world: World): Job | undefined {
  const owner = controllerOf(pod);
  const job = owner && world.get('Job', `${pod.metadata.namespace}/${owner.name}`);
  return job && uidOf(job) === owner.uid ? job : undefined;
}

/** Not while it is paused. */
function triesAgainLater(job: Job): boolean {
  const { backoffLimitPerIndex, suspend, parallelism } = job.spec;
  const isPaused = suspend === true || parallelism === 0;
  return backoffLimitPerIndex !== undefined && isPaused && !isFinished(job) && !isBeingDeleted(job);
}

const hasEnded = ({ status = {} }: Job, index: number): boolean =>
  parseIndexes(status.completedIndexes).has(index) || parseIndexes(status.failedIndexes).has(index);

const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING) ?? false;
