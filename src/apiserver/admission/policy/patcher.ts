import { atomicsIn } from '../../../apimachinery/apply/atomics.ts';
import { mergeConfiguration } from '../../../apimachinery/apply/merge.ts';
import { RUNTIME_BUDGET } from '../../../apimachinery/cel/celBudget.ts';
import { celJson, typeProblems } from '../../../apimachinery/cel/celJson.ts';
import type { CelProgram } from '../../../apimachinery/cel/celProgram.ts';
import type { JsonPatchLiteral } from '../../../apimachinery/cel/library/patches.ts';
import { applyJsonPatch } from '../../../apimachinery/patch/json.ts';
import type { JsonObject } from '../../../apimachinery/patch/jsonValue.ts';
import type { Definition } from '../../../apimachinery/schema/schema.ts';
import { evaluateAll } from '../cel/evaluateAll.ts';

/** A change that a policy makes, its expression read. */
export interface Patcher {
  readonly patchType: 'ApplyConfiguration' | 'JSONPatch';
  readonly program: CelProgram;
}

/** What a change makes of an object. Throws what upstream says when it cannot be made. */
export function patched(
  { patchType, program }: Patcher,
  variables: object,
  object: JsonObject,
  definition: Definition,
): unknown {
  if (program.issue !== undefined) throw new Error(program.issue);
  const { results } = evaluateAll([program], variables, RUNTIME_BUDGET);
  const [result] = results;
  if (!result || 'error' in result) throw new Error(result?.error);
  return patchType === 'JSONPatch'
    ? patchedByJson(object, result.value as JsonPatchLiteral[])
    : patchedByConfiguration(object, result.value, definition);
}

/** All steps or none; one that only tests, and fails, makes it none. */
function patchedByJson(object: JsonObject, steps: readonly JsonPatchLiteral[]): unknown {
  let document: unknown = object;
  for (const { op, path, from, value } of steps) {
    checkTypes(value, (value as { type?: string } | undefined)?.type ?? 'Object');
    const step = { op, path, ...(from && { from }), ...(value !== undefined && { value: celJson(value) }) };
    try {
      document = applyJsonPatch(document, [step]);
    } catch {
      if (op === 'test') return object;
      throw new Error(
        `JSON Patch: ${op} operation does not apply: doc is missing path: ${path}: missing value`,
      );
    }
  }
  return document;
}

function patchedByConfiguration(object: JsonObject, value: unknown, definition: Definition): unknown {
  checkTypes(value, 'Object');
  const configuration = celJson(value) as JsonObject;
  const atomics = atomicsIn(configuration, definition);
  if (atomics.length > 0) {
    const what = `may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`;
    throw new Error(`error applying patch: invalid ApplyConfiguration: ${what}`);
  }
  return mergeConfiguration(object, configuration, definition);
}

function checkTypes(value: unknown, type: string): void {
  const problems = typeProblems(value, type);
  if (problems.length > 0) throw new Error(`type mismatch: ${problems.join('\n')}`);
}
