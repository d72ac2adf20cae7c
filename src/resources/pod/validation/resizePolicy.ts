import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import type { ContainerResizePolicy } from '../../../generated/types.ts';

const RESIZABLE = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

/** What a resize in place does to the container (KEP-1287). */
export function checkResizePolicy(
  errors: FieldError[],
  field: string,
  policies: readonly ContainerResizePolicy[] | undefined,
  podRestartPolicy: string | undefined,
): void {
  const seen = new Set<string>();
  for (const [index, { resourceName, restartPolicy }] of (policies ?? []).entries()) {
    if (seen.has(resourceName)) errors.push(duplicate(`${field}[${index}]`, resourceName));
    seen.add(resourceName);
    if (!resourceName) errors.push(required(field));
    else if (!RESIZABLE.includes(resourceName)) errors.push(notSupported(field, resourceName, RESIZABLE));
    if (!restartPolicy) errors.push(required(field));
    else if (!RESIZE_POLICIES.includes(restartPolicy)) {
      errors.push(notSupported(field, restartPolicy, RESIZE_POLICIES));
    }
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(
        invalidValue(field, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"),
      );
    }
  }
}

/** An init container that has ended has nothing to be restarted for. */
export function checkNoRestartToResize(
  errors: FieldError[],
  field: string,
  policies: readonly ContainerResizePolicy[] | undefined,
): void {
  for (const [index, { restartPolicy }] of (policies ?? []).entries()) {
    if (restartPolicy !== 'RestartContainer') continue;
    const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    errors.push(invalidValue(`${field}[${index}].restartPolicy`, restartPolicy, detail));
  }
}
