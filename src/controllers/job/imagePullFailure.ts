import { keyOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { ContainerStatus, Pod } from '../../generated/types.ts';
import { imagePullPatienceMs } from '../../resources/job/jobAnnotations.ts';
import { createdAt } from '../framework/age.ts';
import type { Tally } from './tally.ts';

/** Why a container waits that cannot get its image; `InvalidImageName` and `ErrImageNeverPull` never change by themselves. */
const REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** A pod that cannot get an image, and since when the job's patience is over. */
interface PullFailure {
  readonly message: string;
  readonly isFinalAt: EpochMs;
}

/** Pods without their image, of a job that does not wait for it for ever (`sampan.dev/fail-on-image-pull-error`). */
function* pullFailures({ job, active }: Tally): Generator<PullFailure> {
  const patienceMs = imagePullPatienceMs(job);
  if (patienceMs === undefined) return;
  for (const pod of active) {
    const container = containerWithoutImage(pod);
    if (!container) continue;
    const { name, image, state } = container;
    const message = `Container ${name} of pod ${keyOf(pod)} cannot get its image "${image}": ${state?.waiting?.reason}`;
    yield { message, isFinalAt: startOf(pod) + patienceMs };
  }
}

/** Why the job fails now for want of an image. */
export const imagePullFailure = (tally: Tally, now: EpochMs): string | undefined =>
  pullFailures(tally).find(({ isFinalAt }) => isFinalAt <= now)?.message;

/** When the first of the pods will have waited too long. */
export const imagePullDeadline = (tally: Tally): EpochMs | undefined =>
  earliest(...pullFailures(tally).map(({ isFinalAt }) => isFinalAt));

function containerWithoutImage({ status = {} }: Pod): ContainerStatus | undefined {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return statuses.find(({ state }) => REASONS.has(state?.waiting?.reason ?? ''));
}

/** When the node took the pod: it began to pull then. */
const startOf = (pod: Pod): EpochMs => Date.parse(pod.status?.startTime ?? '') || createdAt(pod);
