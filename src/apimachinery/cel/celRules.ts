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
import { CostExceeded, metered, RUNTIME_BUDGET } from './celBudget.ts';
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
  return errorsIn({ value, schema, path, old, isObject }, { left: RUNTIME_BUDGET });
}

/** A value, what is asked of it, and where it is. */
interface Place {
  readonly value: unknown;
  readonly schema: StructuralSchema | undefined;
  readonly path: string;
  readonly old: unknown;
  readonly isObject: boolean;
}

/** What all rules of an object may still cost; less than nothing once no more rules are to be asked. */
interface Budget {
  left: number;
}

function errorsIn(place: Place, budget: Budget): FieldError[] {
  const { value, schema, old } = place;
  if (!schema || !hasRules(schema) || value === null || value === undefined) return [];
  if (old !== undefined && deepEqual(value, old)) return [];
  const own = ownErrors(place, schema, budget);
  return [...own, ...placesIn(place, schema).flatMap((inner) => errorsIn(inner, budget))];
}

/** The items of a list, or the fields of an object. */
function placesIn({ value, path, old }: Place, schema: StructuralSchema): Place[] {
  if (Array.isArray(value)) {
    return value.map((item, index) => ({
      value: item,
      schema: schema.items,
      path: `${path}[${index}]`,
      old: oldItemFor(item, old, schema),
      isObject: isEmbedded(schema.items),
    }));
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([name, field]) => {
    const child = schema.properties?.[name] ?? schemaOfOthers(schema);
    return {
      value: field,
      schema: child,
      path: path ? `${path}.${name}` : name,
      old: isJsonObject(old) ? old[name] : undefined,
      isObject: isEmbedded(child),
    };
  });
}

const OUT_OF_BUDGET =
  'validation failed due to running out of cost budget, no further validation rules will be run';

function ownErrors(place: Place, schema: StructuralSchema, budget: Budget): FieldError[] {
  const rules = schema[VALIDATIONS] ?? [];
  if (rules.length === 0) return [];
  const { value, old, isObject } = place;
  const self = celValue(value, schema, isObject);
  const before = old === undefined ? undefined : celValue(old, schema, isObject);
  return rules.flatMap((rule) => {
    const { evaluate, isTransition, issue } = compile(rule.rule);
    if (issue !== undefined || (isTransition && before === undefined && !rule.optionalOldSelf)) return [];
    if (budget.left < 0) return [];
    const variables = { self, oldSelf: rule.optionalOldSelf ? optional(before) : before };
    const outcome = metered(budget.left, () => evaluate(variables));
    budget.left -= outcome.cost;
    if (budget.left < 0) return [failure({ rule: rule.rule }, place, OUT_OF_BUDGET)];
    if ('error' in outcome) return [failure(rule, place, errorText(rule, outcome.error, budget))];
    return outcome.value === true ? [] : [failure(rule, place, textOf(rule, variables))];
  });
}

/** A rule that did not come to an end in time ends the others too. */
function errorText({ rule, message }: Rule, error: unknown, budget: Budget): string {
  const named = message?.trim() || rule;
  if (!(error instanceof CostExceeded)) return `${messageOf(error)} evaluating rule: ${named}`;
  budget.left = -1;
  return `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${named}`;
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
function failure({ reason, fieldPath = '' }: Rule, { path, value }: Place, detail: string): FieldError {
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
