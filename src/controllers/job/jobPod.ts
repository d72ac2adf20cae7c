import { nameOf } from '../../apimachinery/object.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { Jobs } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';
import { podFromTemplate } from '../pods/podFromTemplate.ts';
import type { IndexFailures } from './actions.ts';
import {
  COMPLETION_INDEX,
  INDEX_FAILURE_COUNT,
  INDEX_IGNORED_FAILURE_COUNT,
  TRACKING_FINALIZER,
} from './jobFacts.ts';

/** A hostname is a DNS label; a pod's name takes five letters and a dash more. */
const LONGEST_NAME_PREFIX = 63 - 6;

/** One pod of the job; for an Indexed job with its index in name, hostname, annotation, label and environment (KEP-2214, KEP-4017). */
export function jobPod(job: Job, index: number | undefined, failures: IndexFailures | undefined): Pod {
  const pod = podFromTemplate(
    job.spec.template,
    job.metadata.namespace!,
    nameOf(job),
    controllerReference(Jobs, job),
  );
  pod.metadata.finalizers = [...new Set([...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER])];
  if (index === undefined) return pod;
  const indexed = `${nameOf(job)}-${index}`;
  pod.metadata.generateName = `${indexed.length > LONGEST_NAME_PREFIX ? `${nameOf(job).slice(0, LONGEST_NAME_PREFIX - String(index).length - 1)}-${index}` : indexed}-`;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [COMPLETION_INDEX]: String(index),
    ...countsOf(failures),
  };
  pod.metadata.labels = { ...pod.metadata.labels, [COMPLETION_INDEX]: String(index) };
  pod.spec.hostname = indexed;
  addIndexVariable(pod);
  return pod;
}

const countsOf = (failures: IndexFailures | undefined): Record<string, string> =>
  failures === undefined
    ? {}
    : {
        [INDEX_FAILURE_COUNT]: String(failures.counted),
        ...(failures.ignored > 0 && { [INDEX_IGNORED_FAILURE_COUNT]: String(failures.ignored) }),
      };

/** `JOB_COMPLETION_INDEX` reads the label, so the template itself stays the same for all indexes. */
function addIndexVariable(pod: Pod): void {
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    if (container.env?.some(({ name }) => name === 'JOB_COMPLETION_INDEX')) continue;
    const fieldPath = `metadata.labels['${COMPLETION_INDEX}']`;
    container.env = [
      ...(container.env ?? []),
      { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath } } },
    ];
  }
}
