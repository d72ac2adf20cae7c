import { admissionEnvironment } from '../../apimachinery/cel/admissionEnvironment.ts';
import { compileAdmission } from '../../apimachinery/cel/admissionProgram.ts';
import {
  duplicate,
  type FieldError,
  invalidValue,
  required,
  tooMany,
} from '../../apimachinery/fieldErrors.ts';
import { qualifiedName } from '../../apimachinery/nameRules.ts';
import type { MatchCondition } from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';

const MAX_CONDITIONS = 64;

/** What is wrong with the conditions of a webhook or a policy (`validateMatchConditions`). They may not use a policy's variables. */
export function checkMatchConditions(
  errors: FieldError[],
  field: string,
  conditions: readonly MatchCondition[] = [],
  hasParams = false,
): void {
  if (conditions.length > MAX_CONDITIONS) errors.push(tooMany(field, conditions.length, MAX_CONDITIONS));
  const seen = new Set<string>();
  conditions.forEach(({ name, expression = '' }, index) => {
    checkExpression(errors, `${field}[${index}].expression`, expression.trim(), hasParams);
    if (!name) errors.push(required(`${field}[${index}].name`));
    else {
      checkNamed(errors, `${field}[${index}].name`, name, qualifiedName);
      if (seen.has(name)) errors.push(duplicate(`${field}[${index}].name`, name));
      seen.add(name);
    }
  });
}

function checkExpression(errors: FieldError[], field: string, expression: string, hasParams: boolean): void {
  if (expression === '') {
    errors.push(required(field));
    return;
  }
  const environment = admissionEnvironment({ hasParams, hasAuthorizer: true });
  const { issue } = compileAdmission(environment, expression, ['bool']);
  if (issue !== undefined) errors.push(invalidValue(field, expression, issue));
}
