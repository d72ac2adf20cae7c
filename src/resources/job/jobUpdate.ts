import { type FieldError, invalidValue } from '../../apimachinery/fieldErrors.ts';
import type { Affinity, Container, Job, JobSpec, PodSpec } from '../../generated/types.ts';
import { checkImmutable } from '../checks.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { validateJob } from './jobValidation.ts';

const SETTLED = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

/** What may change of a Job that exists (`ValidateJobUpdate`). */
export function validateJobUpdate(next: Job, stored: Job): FieldError[] {
  const errors = validateJob(next, stored);
  checkCompletions(errors, next.spec!, stored.spec!);
  checkImmutable(errors, 'spec.selector', next.spec!.selector, stored.spec!.selector);
  checkTemplate(errors, next, stored);
  for (const name of SETTLED) checkImmutable(errors, `spec.${name}`, next.spec![name], stored.spec![name]);
  return errors;
}

/** Of a template that may be adjusted only the rest of its pods' spec must stay, and is told of under its own path. */
function checkTemplate(errors: FieldError[], next: Job, stored: Job): void {
  const [template, before] = [next.spec!.template, stored.spec!.template];
  if (isAdjustable(stored))
    checkImmutable(errors, 'spec.template.spec', template.spec, withAdjustments(template.spec, before.spec));
  else checkImmutable(errors, 'spec.template', template, before);
}

/** Completions may follow parallelism where pods have indexes (KEP-3715). */
function checkCompletions(errors: FieldError[], next: JobSpec, stored: JobSpec): void {
  const field = 'spec.completions';
  if (next.completionMode !== 'Indexed') {
    checkImmutable(errors, field, next.completions, stored.completions);
    return;
  }
  if (next.completions === undefined || next.completions === stored.completions) return;
  if (next.completions === next.parallelism) return;
  errors.push(invalidValue(field, next.completions, 'can only be modified in tandem with spec.parallelism'));
}

/** While a Job is suspended and nothing of it runs, it may be told where to run and on how much (KEP-2926, KEP-5440). */
function isAdjustable({ spec, status }: Job): boolean {
  if (!spec?.suspend || (status?.active ?? 0) > 0) return false;
  const isMarked = status?.conditions?.some(
    ({ type, status: holds }) => type === 'Suspended' && holds === 'True',
  );
  return status?.startTime === undefined || (isMarked ?? false);
}

/** The stored spec with the new one's values of all that may change. */
function withAdjustments(next: PodSpec, stored: PodSpec): PodSpec {
  const { nodeSelector, tolerations, schedulingGates } = next;
  return {
    ...stored,
    nodeSelector,
    tolerations,
    schedulingGates,
    affinity: withNodeAffinity(next.affinity, stored.affinity),
    containers: withResources(next.containers, stored.containers)!,
    initContainers: withResources(next.initContainers, stored.initContainers),
  };
}

function withNodeAffinity(next: Affinity | undefined, stored: Affinity | undefined): Affinity | undefined {
  const adjusted = { ...stored, nodeAffinity: next?.nodeAffinity };
  return semanticEqual(adjusted, {}) ? undefined : adjusted;
}

const withResources = (
  next: Container[] | undefined,
  stored: Container[] | undefined,
): Container[] | undefined =>
  stored?.map((container) => {
    const same = next?.find(({ name }) => name === container.name);
    return same ? { ...container, resources: same.resources } : container;
  });
