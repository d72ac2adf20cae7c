import { type FieldError, forbiddenField } from '../../apimachinery/fieldErrors.ts';
import type { Toleration } from '../../generated/types.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { checkTolerations } from './validation/tolerations.ts';

/** Tolerations stay; only how long they hold may change, and others may come. */
export function checkOnlyAddedTolerations(
  errors: FieldError[],
  field: string,
  next: readonly Toleration[] = [],
  stored: readonly Toleration[] = [],
): void {
  const stays = (old: Toleration) => next.some((toleration) => differOnlyInTime(toleration, old));
  if (!stored.every(stays)) {
    const detail = 'existing toleration can not be modified except its tolerationSeconds';
    errors.push(forbiddenField(field, detail));
  } else checkTolerations(errors, field, next);
}

const differOnlyInTime = (a: Toleration, b: Toleration): boolean =>
  semanticEqual({ ...a, tolerationSeconds: 0 }, { ...b, tolerationSeconds: 0 });
