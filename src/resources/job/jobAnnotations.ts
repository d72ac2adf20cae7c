import { parseDuration } from '../../clock/duration.ts';
import type { Job, ObjectMeta } from '../../generated/types.ts';
import {
  type AnnotationRule,
  annotationWarnings,
  DURATION,
  isDuration,
  isSwitch,
  SWITCH,
} from '../annotationRules.ts';
import { NOTIFY_RULES } from '../notifyAnnotations.ts';

// What a Job may ask for beyond Kubernetes. Without these annotations nothing changes.

const RETRY_DELAY = 'sampan.dev/retry-delay';
const RETRY_DELAY_MAX = 'sampan.dev/retry-delay-max';
const FAIL_ON_IMAGE_PULL_ERROR = 'sampan.dev/fail-on-image-pull-error';
const KEEP_FAILED_PODS = 'sampan.dev/keep-failed-pods';
const FINISHED_CONDITION = 'sampan.dev/finished-condition';
/** `sampan.dev/rerun: "1"` on a job that has ended makes a new one of it, `<name>-rerun-1` (#80207). */
export const RERUN = 'sampan.dev/rerun';

const RERUN_NUMBER = /^[1-9]\d{0,5}$/;

const annotation = ({ metadata }: Job, name: string): string | undefined => metadata.annotations?.[name];

const durationMs = (job: Job, name: string): number | undefined =>
  parseDuration(annotation(job, name) ?? 'none');

/** `sampan.dev/retry-delay`: how long after a failure the next pod is made (#94012, #114651). Alone it is always the same. */
export const retryDelayMs = (job: Job): number | undefined => durationMs(job, RETRY_DELAY);
/** `sampan.dev/retry-delay-max`: the delay doubles with each failure in a row, up to this. */
export const retryDelayMaxMs = (job: Job): number | undefined => durationMs(job, RETRY_DELAY_MAX);

/** `sampan.dev/fail-on-image-pull-error`: for how long a pod may fail to get its image before the job fails (#122300). */
export function imagePullPatienceMs(job: Job): number | undefined {
  return annotation(job, FAIL_ON_IMAGE_PULL_ERROR) === 'true' ? 0 : durationMs(job, FAIL_ON_IMAGE_PULL_ERROR);
}

/** `sampan.dev/keep-failed-pods: "true"`: pods of a job that fails are ended, not deleted, so that their logs stay (#74848). */
export const keepsFailedPods = (job: Job): boolean => annotation(job, KEEP_FAILED_PODS) === 'true';

/** `sampan.dev/finished-condition: "true"`: one more condition, `Finished`, whichever way the job ended (kubectl#1629). */
export const hasFinishedCondition = (job: Job): boolean => annotation(job, FINISHED_CONDITION) === 'true';

/** The number of the rerun that is asked for. */
export function rerunNumber(job: Job): string | undefined {
  const number = annotation(job, RERUN);
  return number !== undefined && RERUN_NUMBER.test(number) ? number : undefined;
}

const RULES: readonly AnnotationRule[] = [
  [RETRY_DELAY, isDuration, DURATION],
  [RETRY_DELAY_MAX, isDuration, DURATION],
  [FAIL_ON_IMAGE_PULL_ERROR, (text) => isSwitch(text) || isDuration(text), `${SWITCH}, or ${DURATION}`],
  [KEEP_FAILED_PODS, isSwitch, SWITCH],
  [FINISHED_CONDITION, isSwitch, SWITCH],
  [RERUN, (text) => RERUN_NUMBER.test(text), 'a number from 1, another one for each rerun'],
  ...NOTIFY_RULES,
];

/** What is wrong with the annotations, for whoever writes them. */
export const jobAnnotationWarnings = (metadata: ObjectMeta | undefined, field: string): readonly string[] =>
  annotationWarnings(metadata, RULES, field);
