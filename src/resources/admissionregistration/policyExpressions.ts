import type { PolicyCompiler } from '../../apimachinery/cel/policyCompiler.ts';
import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import type { Variable } from '../../generated/types.ts';

const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** Reads the variables of a policy, one after the other, and says what is wrong with them (`validateVariable`). */
export function checkVariables(
  errors: FieldError[],
  field: string,
  variables: readonly Variable[] = [],
  compiler: PolicyCompiler,
): void {
  variables.forEach(({ name = '', expression = '' }, index) => {
    const place = `${field}[${index}]`;
    if (name.trim() === '') errors.push(required(`${place}.name`, 'name is not specified'));
    else if (!IDENTIFIER.test(name) || RESERVED.has(name)) {
      errors.push(invalidValue(`${place}.name`, name, 'must be a valid CEL identifier'));
    }
    if (expression.trim() === '') {
      errors.push(required(`${place}.expression`, 'expression is not specified'));
      return;
    }
    const { issue } = compiler.declare(name, expression);
    if (issue !== undefined) errors.push(invalidValue(`${place}.expression`, expression, issue));
  });
}
