import type { PolicyCompiler } from '../../apimachinery/cel/policyCompiler.ts';
import { type FieldError, invalidValue, notSupported, required } from '../../apimachinery/fieldErrors.ts';
import type { Mutation } from '../../generated/types.ts';

/** What is deleted cannot be changed. */
export const MUTATING_OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

/** What the expression of each type of patch must come to. */
export const PATCH_TYPES = {
  ApplyConfiguration: { field: 'applyConfiguration', type: 'Object' },
  JSONPatch: { field: 'jsonPatch', type: 'list(JSONPatch)' },
} as const;

/** What is wrong with a change that a policy makes (`validateMutation`). */
export function checkMutation(
  errors: FieldError[],
  field: string,
  mutation: Mutation,
  compiler: PolicyCompiler,
): void {
  const { patchType } = mutation;
  if (!patchType) {
    errors.push(required(`${field}.patchType`));
    return;
  }
  if (!isPatchType(patchType)) {
    errors.push(notSupported(`${field}.patchType`, patchType, Object.keys(PATCH_TYPES)));
    return;
  }
  for (const [name, { field: part, type }] of Object.entries(PATCH_TYPES)) {
    const given = mutation[part];
    if (name !== patchType) {
      const detail = `must not be specified when patchType is ${patchType}`;
      if (given) errors.push(invalidValue(`${field}.${part}`, `{${part}}`, detail));
    } else if (!given) {
      errors.push(required(`${field}.${part}`, `must be specified when patchType is ${patchType}`));
    } else checkExpression(errors, `${field}.${part}.expression`, given.expression, type, compiler);
  }
}

export const isPatchType = (patchType: string): patchType is keyof typeof PATCH_TYPES =>
  Object.hasOwn(PATCH_TYPES, patchType);

function checkExpression(
  errors: FieldError[],
  field: string,
  expression = '',
  type: string,
  compiler: PolicyCompiler,
): void {
  const text = expression.trim();
  if (text === '') {
    errors.push(required(field));
    return;
  }
  const { issue } = compiler.compile(text, [type], { hasPatchTypes: true });
  if (issue !== undefined) errors.push(invalidValue(field, text, issue));
}
