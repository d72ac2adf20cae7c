import { type FieldError, forbiddenField } from '../../apimachinery/fieldErrors.ts';
import type { PodSchedulingGate } from '../../generated/types.ts';

/** Gates are only ever opened (KEP-3521). */
export function checkOnlyRemovedGates(
  errors: FieldError[],
  field: string,
  next: readonly PodSchedulingGate[] = [],
  stored: readonly PodSchedulingGate[] = [],
): void {
  for (const [index, { name }] of next.entries()) {
    if (stored.some((gate) => gate.name === name)) continue;
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbiddenField(`${field}[${index}].name`, detail));
  }
}
