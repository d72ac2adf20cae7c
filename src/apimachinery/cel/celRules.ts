import { messageOf } from '../errors.ts';
import { type FieldError, invalidValue, invalidWhole } from '../fieldErrors.ts';
import { deepEqual } from '../object.ts';
import { isJsonObject } from '../patch/jsonValue.ts';
import { oldItemFor } from '../structural/oldValues.ts';
import {
  isEmbedded,
  type Rule,
  type StructuralSchema,
  schemaOfOthers,
} from '../structural/structuralSchema.ts';
import { celEnvironment } from './celEnvironment.ts';
import { type CelProgram, compileCel } from './celProgram.ts';
import { celValue } from './celValue.ts';

const VALIDATIONS = 'x-kubernetes-validations';

/** A rule that has been read. */
interface Compiled extends CelProgram {
  /** Whether it compares with what was there before. */
  readonly isTransition: boolean;
}

const compiled = new Map<string, Compiled>();
/** Schemas hold some dozens of rules; who sends always new ones must not fill the memory. */
const MAX_KNOWN = 5000;

function compile(expression: string): Compiled {
  const known = compiled.get(expression);
  if (known) return known;
  const isTransition = /\boldSelf\b/.test(expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ''));
  const made = { ...compileCel(celEnvironment(), expression), isTransition };
  if (compiled.size >= MAX_KNOWN) compiled.clear();
  compiled.set(expression, made);
  return made;
}

const withRules = new WeakMap<StructuralSchema, boolean>();

/** Whether there are rules anywhere in a schema. */
export function hasRules(schema: StructuralSchema): boolean {
  return withRules.getOrInsertComputed(schema, () => {
    const { properties = {}, items } = schema;
    const children = [...Object.values(properties), items, schemaOfOthers(schema)];
    return Boolean(schema[VALIDATIONS]?.length) || children.some((child) => child && hasRules(child));
  });
}

/** Rules that cannot be carried out here, each with its place and the reason. */
export function unenforcedRules(schema: StructuralSchema, field: string): string[] {
  if (!hasRules(schema)) return [];
  const own = (schema[VALIDATIONS] ?? []).flatMap(({ rule }, index) => {
    const { issue } = compile(rule);
    return issue === undefined
      ? []
      : [
          `${field}.${VALIDATIONS}[${index}].rule: is not enforced in this cluster: ${issue.split('\n', 1)[0]}`,
        ];
  });
  const others = schemaOfOthers(schema);
  return [
    ...own,
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
      unenforcedRules(child, `${field}.properties[${name}]`),
    ),
    ...(others ? unenforcedRules(others, `${field}.additionalProperties`) : []),
    ...(schema.items ? unenforcedRules(schema.items, `${field}.items`) : []),
  ];
}

/** What the rules of a schema have against a value that is otherwise right. `isObject`: it has metadata of its own. */
export function ruleErrors(
  value: unknown,
  schema: StructuralSchema | undefined,
  path: string,
  old: unknown,
  isObject: boolean,
): FieldError[] {
  if (!schema || !hasRules(schema) || value === null || value === undefined) return [];
  if (old !== undefined && deepEqual(value, old)) return [];
  const own = ownErrors(value, schema, path, old, isObject);
  if (Array.isArray(value)) {
    const items = value.flatMap((item, index) =>
      ruleErrors(
        item,
        schema.items,
        `${path}[${index}]`,
        oldItemFor(item, old, schema),
        isEmbedded(schema.items),
      ),
    );
    return [...own, ...items];
  }
  if (!isJsonObject(value)) return own;
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const child = schema.properties?.[name] ?? schemaOfOthers(schema);
    const before = isJsonObject(old) ? old[name] : undefined;
    return ruleErrors(field, child, path ? `${path}.${name}` : name, before, isEmbedded(child));
  });
  return [...own, ...fields];
}

function ownErrors(
  value: unknown,
  schema: StructuralSchema,
  path: string,
  old: unknown,
  isObject: boolean,
): FieldError[] {
  const rules = schema[VALIDATIONS] ?? [];
  if (rules.length === 0) return [];
  const self = celValue(value, schema, isObject);
  const before = old === undefined ? undefined : celValue(old, schema, isObject);
  return rules.flatMap((rule) => {
    const { evaluate, isTransition, issue } = compile(rule.rule);
    if (issue !== undefined || (isTransition && before === undefined && !rule.optionalOldSelf)) return [];
    const variables = { self, oldSelf: rule.optionalOldSelf ? optional(before) : before };
    try {
      if (evaluate(variables) === true) return [];
      return [failure(rule, path, value, textOf(rule, variables))];
    } catch (error) {
      const named = rule.message?.trim() || rule.rule;
      return [failure(rule, path, value, `${messageOf(error)} evaluating rule: ${named}`)];
    }
  });
}

const optional = (value: unknown): unknown =>
  value === undefined
    ? celEnvironment().evaluate('optional.none()')
    : celEnvironment().evaluate('optional.of(self)', { self: value });

/** What the rule itself says of its failure; a message that it cannot put together is none. */
function textOf({ rule, message, messageExpression }: Rule, variables: Record<string, unknown>): string {
  if (messageExpression) {
    try {
      const text = compile(messageExpression).evaluate(variables);
      if (typeof text === 'string' && text.trim() !== '') return text.trim();
    } catch {}
  }
  return message?.trim() || `failed rule: ${rule.trim()}`;
}

/** Of a structure, the message does not repeat what is in it. */
function failure({ reason, fieldPath = '' }: Rule, path: string, value: unknown, detail: string): FieldError {
  const field = `${path}${fieldPath}`.replace(/^\./, '') || '<nil>';
  switch (reason) {
    case 'FieldValueForbidden':
    case 'FieldValueRequired':
    case 'FieldValueDuplicate':
      return { type: reason, field, badValue: value, detail };
    default:
      return typeof value === 'object' ? invalidWhole(field, detail) : invalidValue(field, value, detail);
  }
}
