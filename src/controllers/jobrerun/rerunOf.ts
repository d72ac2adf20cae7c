import { nameOf } from '../../apimachinery/object.ts';
import type { Job, ObjectMeta } from '../../generated/types.ts';
import { RERUN } from '../../resources/job/jobAnnotations.ts';
import { GENERATED_LABELS } from '../../resources/job/jobLabels.ts';
import { NOTIFIED, NOTIFY_FAILED } from '../notification/jobPlan.ts';

/** On a job that was run again: the number of the last rerun. */
export const RERUN_DONE = 'sampan.dev/rerun-done';
/** On a rerun: the job whose rerun it is. */
const RERUN_OF = 'sampan.dev/rerun-of';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Annotations that tell of the old job, and not what is wanted of it. */
const OF_THE_OLD_JOB = [RERUN, RERUN_DONE, LAST_APPLIED, NOTIFIED, NOTIFY_FAILED];
/** A job's name is a label of its pods. */
const LONGEST_NAME = 63;

/** A new job like one that has ended; nobody owns it, so that no CronJob counts it among its own. */
export function rerunOf(job: Job, number: string): Job {
  const suffix = `-rerun-${number}`;
  const { selector: _, manualSelector: __, ...spec } = job.spec;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${nameOf(job).slice(0, LONGEST_NAME - suffix.length)}${suffix}`,
      namespace: job.metadata.namespace!,
      labels: ownLabels(job.metadata),
      annotations: {
        ...without(job.metadata.annotations, OF_THE_OLD_JOB),
        [RERUN_OF]: nameOf(job),
      },
    },
    spec: {
      ...spec,
      suspend: false,
      template: {
        ...spec.template,
        metadata: { ...spec.template.metadata, labels: ownLabels(spec.template.metadata) },
      },
    },
  };
}

/** The labels without those by which the job knew its pods: the new one gets its own. */
const ownLabels = ({ labels }: ObjectMeta) => without(labels, GENERATED_LABELS);

const without = (map: Record<string, string> | undefined, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !keys.includes(key)));
