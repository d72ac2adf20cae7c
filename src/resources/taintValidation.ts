import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../apimachinery/fieldErrors.ts';
import { labelValue, qualifiedName } from '../apimachinery/nameRules.ts';
import { checkRule } from '../apimachinery/validation.ts';
import type { Taint } from '../generated/types.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** A node's taints: keys and values by the rules of labels, each pair of key and effect once. */
export function validateTaints(taints: readonly Taint[] | undefined, field: string): FieldError[] {
  const seen = new Set<string>();
  return (taints ?? []).flatMap((taint, index) => {
    const path = `${field}[${index}]`;
    const identity = `${taint.effect} ${taint.key}`;
    const errors = validateTaint(taint, path);
    if (seen.has(identity)) {
      errors.push({ ...duplicate(path, taint), detail: 'taints must be unique by key and effect pair' });
    }
    seen.add(identity);
    return errors;
  });
}

function validateTaint({ key = '', value = '', effect = '' }: Taint, field: string): FieldError[] {
  const errors = checkRule(`${field}.key`, key, qualifiedName);
  const problems = labelValue(value);
  if (problems.length > 0) errors.push(invalidValue(`${field}.value`, value, problems.join(';')));
  if (!effect) errors.push(required(`${field}.effect`));
  else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, EFFECTS));
  return errors;
}
