import { nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Job } from '../../generated/types.ts';

// The labels by which a Job knows its pods; those without a prefix are the older form.
const JOB_NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'] as const;
const CONTROLLER_UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'] as const;
/** What the server adds to a Job's template. */
export const GENERATED_LABELS: readonly string[] = [...JOB_NAME_LABELS, ...CONTROLLER_UID_LABELS];

/**
 * What a Job's pods must carry, by its name and uid; both must be set. A `stored` one that has but the older labels, for it selected by
 * hand once, need not have the others.
 */
export function expectedLabels(job: Job, stored?: Job): Record<string, string> {
  const [oldName, name] = JOB_NAME_LABELS;
  const [oldUid, uid] = CONTROLLER_UID_LABELS;
  const labels: Record<string, string> = { [oldUid]: uidOf(job), [oldName]: nameOf(job) };
  const has = stored?.spec?.template.metadata.labels;
  if (stored && (has?.[name] === undefined || has[uid] === undefined)) return labels;
  return { ...labels, [uid]: uidOf(job), [name]: nameOf(job) };
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
