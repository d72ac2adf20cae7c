import { type FieldError, invalidValue, notSupported } from '../../../apimachinery/fieldErrors.ts';
import { labelValue, qualifiedName } from '../../../apimachinery/nameRules.ts';
import type { Toleration } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const OPERATORS = ['Equal', 'Exists'];
/** Not served by default (KEP-5471), but told of to whoever asks for one of them. */
const COMPARISONS = ['Lt', 'Gt'];

export function checkTolerations(
  errors: FieldError[],
  field: string,
  tolerations: readonly Toleration[] | undefined,
): void {
  for (const [index, toleration] of (tolerations ?? []).entries()) {
    checkToleration(errors, `${field}[${index}]`, toleration);
  }
}

function checkToleration(errors: FieldError[], field: string, toleration: Toleration): void {
  const { key, operator = '', effect = '', tolerationSeconds } = toleration;
  if (key) checkNamed(errors, `${field}.key`, key, qualifiedName);
  else if (operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalidValue(`${field}.operator`, operator, detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalidValue(`${field}.effect`, effect, detail));
  }
  checkValue(errors, `${field}.operator`, toleration);
  if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, EFFECTS));
}

/** No operator means Equal. */
function checkValue(errors: FieldError[], field: string, { operator = '', value = '' }: Toleration): void {
  if (operator === '' || operator === 'Equal') {
    const problems = labelValue(value);
    if (problems.length > 0) errors.push(invalidValue(field, value, problems.join(';')));
  } else if (COMPARISONS.includes(operator)) {
    errors.push(notSupported(field, operator, [...OPERATORS, ...COMPARISONS]));
  } else if (operator !== 'Exists') errors.push(notSupported(field, operator, OPERATORS));
  else if (value) errors.push(invalidValue(field, value, "value must be empty when `operator` is 'Exists'"));
}
