import { nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Job } from '../../generated/types.ts';

// The labels by which a Job knows its pods; those without a prefix are the older form.
const JOB_NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'] as const;
const CONTROLLER_UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'] as const;
/** What the server adds to a Job's template. */
export const GENERATED_LABELS: readonly string[] = [...JOB_NAME_LABELS, ...CONTROLLER_UID_LABELS];

/** What a Job's pods must carry, by its name and uid; both must be set. */
export function expectedLabels(job: Job): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const key of CONTROLLER_UID_LABELS) labels[key] = uidOf(job);
  for (const key of JOB_NAME_LABELS) labels[key] = nameOf(job);
  return labels;
}

/**
 * Adds the generated labels to the template and selects by the uid, so that no two Jobs share a pod. What the user
 * set stays: if it conflicts, validation refuses it.
 */
export function generateSelector(job: Job): void {
  const spec = job.spec!;
  const { metadata } = spec.template;
  const followsTemplate = job.metadata.labels === metadata.labels;
  metadata.labels = { ...expectedLabels(job), ...metadata.labels };
  // A Job without labels of its own has its template's, as upstream's defaults have it.
  if (followsTemplate) job.metadata.labels = { ...metadata.labels };
  const [, uidLabel] = CONTROLLER_UID_LABELS;
  spec.selector ??= {};
  spec.selector.matchLabels = { [uidLabel]: uidOf(job), ...spec.selector.matchLabels };
}
