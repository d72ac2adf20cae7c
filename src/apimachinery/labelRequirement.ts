import { badRequest } from './errors.ts';
import { errorMessage, type FieldError, invalidValue } from './fieldErrors.ts';
import { labelValue, qualifiedName } from './nameRules.ts';

export type Labels = Readonly<Record<string, string>>;

export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition of a label selector. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

type LabelTest = (labels: Labels | undefined) => boolean;

/** A label named `constructor` is legal: what is inherited is not a string, and so counts as absent. */
function labelOf(labels: Labels | undefined, key: string): string | undefined {
  const value: unknown = labels?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** The test that labels must pass. The requirement must have been checked. */
export function compileRequirement({ key, operator, values }: LabelRequirement): LabelTest {
  const [only = ''] = values;
  switch (operator) {
    case '=':
    case '==':
      return (labels) => labels?.[key] === only;
    case '!=':
      return (labels) => labels?.[key] !== only;
    case 'in':
      return (labels) => values.includes(labelOf(labels, key)!);
    case 'notin':
      return (labels) => !values.includes(labelOf(labels, key)!);
    case 'exists':
      return (labels) => labelOf(labels, key) !== undefined;
    case '!':
      return (labels) => labelOf(labels, key) === undefined;
    case 'gt':
    case 'lt':
      return compileComparison(key, operator, parseInt64(only)!);
  }
}

function compileComparison(key: string, operator: 'gt' | 'lt', bound: bigint): LabelTest {
  return (labels) => {
    const value = parseInt64(labelOf(labels, key) ?? '');
    if (value === undefined) return false;
    return operator === 'gt' ? value > bound : value < bound;
  };
}

function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** Throws 400 in upstream's words when a requirement breaks a rule (`labels.NewRequirement`). */
export function checkRequirement(requirement: LabelRequirement): void {
  const messages = new Set(requirementErrors(requirement).map((error) => errorMessage(error)));
  if (messages.size === 0) return;
  const [first] = messages;
  throw badRequest(messages.size === 1 ? first! : `[${[...messages].join(', ')}]`);
}

const COUNTS: Record<LabelOperator, { holds: (count: number) => boolean; otherwise: string }> = (() => {
  const some = {
    holds: (count: number) => count > 0,
    otherwise: "for 'in', 'notin' operators, values set can't be empty",
  };
  const exact = {
    holds: (count: number) => count === 1,
    otherwise: 'exact-match compatibility requires one single value',
  };
  const none = {
    holds: (count: number) => count === 0,
    otherwise: 'values set must be empty for exists and does not exist',
  };
  const bound = {
    holds: (count: number) => count === 1,
    otherwise: "for 'Gt', 'Lt' operators, exactly one value is required",
  };
  return {
    in: some,
    notin: some,
    '=': exact,
    '==': exact,
    '!=': exact,
    exists: none,
    '!': none,
    gt: bound,
    lt: bound,
  };
})();

function requirementErrors({ key, operator, values }: LabelRequirement): FieldError[] {
  const { holds, otherwise } = COUNTS[operator];
  return [
    ...keyErrors('key', key),
    ...(holds(values.length) ? [] : [invalidValue('values', values, otherwise)]),
    ...(operator === 'gt' || operator === 'lt' ? values.flatMap(integerErrors) : []),
    ...values.flatMap((value, index) => valueErrors(key, value, index)),
  ];
}

export function keyErrors(field: string, key: string): FieldError[] {
  const problems = qualifiedName(key);
  return problems.length ? [invalidValue(field, key, problems.join('; '))] : [];
}

const integerErrors = (value: string, index: number): FieldError[] =>
  parseInt64(value) === undefined
    ? [invalidValue(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")]
    : [];

function valueErrors(key: string, value: string, index: number): FieldError[] {
  const problems = labelValue(value);
  return problems.length ? [invalidValue(`values[${index}][${key}]`, value, problems.join('; '))] : [];
}

/** The requirement as `parseRequirements` reads it. */
export function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.toSorted().join(',')})`;
    case 'gt':
      return `${key}>${values[0]}`;
    case 'lt':
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}
