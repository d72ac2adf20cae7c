import { scaledValue } from '../../apimachinery/intOrString.ts';
import type { DaemonSet, Pod } from '../../generated/types.ts';
import { REVISION_HASH_LABEL } from '../framework/revisions.ts';

/** The deprecated generation of the template, which kubectl and old pods still carry. */
export const TEMPLATE_GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';
export const TEMPLATE_GENERATION_LABEL = 'pod-template-generation';

/** What up-to-date pods look like. */
export interface Target {
  readonly hash: string;
  readonly templateGeneration: string | undefined;
}

export const isUpToDate = (pod: Pod, target: Target): boolean => {
  const labels = pod.metadata.labels ?? {};
  if (labels[REVISION_HASH_LABEL] === target.hash) return true;
  return (
    target.templateGeneration !== undefined && labels[TEMPLATE_GENERATION_LABEL] === target.templateGeneration
  );
};

/** How many daemons may be missing, and how many may be doubled, while `desired` of them are updated (KEP-1591). */
export function updateBudget(
  daemonSet: DaemonSet,
  desired: number,
): { maxUnavailable: number; maxSurge: number } {
  const rolling = daemonSet.spec.updateStrategy?.rollingUpdate;
  const maxSurge = scaledValue(rolling?.maxSurge ?? 0, desired, true);
  const maxUnavailable = scaledValue(rolling?.maxUnavailable ?? 1, desired, true);
  // Percentages may both round to nothing; an update must still be able to move.
  return {
    maxSurge,
    maxUnavailable: maxUnavailable === 0 && maxSurge === 0 && desired > 0 ? 1 : maxUnavailable,
  };
}

export const isRollingUpdate = (daemonSet: DaemonSet): boolean =>
  (daemonSet.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** Whether an old and a new daemon may share a node during an update. */
export const allowsSurge = (daemonSet: DaemonSet): boolean =>
  isRollingUpdate(daemonSet) && updateBudget(daemonSet, 100).maxSurge > 0;
