import type { LabelSelector, LabelSelectorRequirement } from '../generated/types.ts';
import { badRequest } from './errors.ts';
import { parseRequirements } from './labelParser.ts';
import {
  checkRequirement,
  compileRequirement,
  type LabelOperator,
  type LabelRequirement,
  type Labels,
  requirementText,
} from './labelRequirement.ts';

export type { Labels } from './labelRequirement.ts';

/** A compiled label selector. */
export interface Selector {
  matches(labels: Labels | undefined): boolean;
  /** Whether everything matches. */
  readonly isEmpty: boolean;
  /** The text that `parseLabelSelector` reads back, requirements ordered by key. */
  toString(): string;
}

/** Matches every object. */
export const everything: Selector = { matches: () => true, isEmpty: true, toString: () => '' };

/** Matches no object. */
export const nothing: Selector = { matches: () => false, isEmpty: false, toString: () => '' };

function selectorOf(requirements: readonly LabelRequirement[]): Selector {
  for (const requirement of requirements) checkRequirement(requirement);
  return compileAll(requirements);
}

function compileAll(requirements: readonly LabelRequirement[]): Selector {
  if (requirements.length === 0) return everything;
  const ordered = requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const tests = ordered.map(compileRequirement);
  const [only] = tests;
  return {
    matches: tests.length === 1 ? only! : (labels) => tests.every((test) => test(labels)),
    isEmpty: false,
    toString: () => ordered.map(requirementText).join(','),
  };
}

const compiled = new WeakMap<LabelSelector, Selector>();

/**
 * Compiles a `LabelSelector`: an undefined one matches nothing, an empty one everything (`LabelSelectorAsSelector`).
 * The result for a frozen object is remembered. Throws 400 when the selector is malformed.
 */
export function labelSelectorOf(selector: LabelSelector | undefined): Selector {
  if (!selector) return nothing;
  const known = compiled.get(selector);
  if (known) return known;
  const result = selectorOf([
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => equals(key, value)),
    ...(selector.matchExpressions ?? []).map(requirementOf),
  ]);
  if (Object.isFrozen(selector)) compiled.set(selector, result);
  return result;
}

/** The selector that asks for exactly these labels: everything when there are none. */
export const selectorFromLabels = (labels: Labels | undefined): Selector =>
  selectorOf(Object.entries(labels ?? {}).map(([key, value]) => equals(key, value)));

const equals = (key: string, value: string): LabelRequirement => ({ key, operator: '=', values: [value] });

const OPERATORS: ReadonlyMap<string, LabelOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

function requirementOf({ key, operator, values }: LabelSelectorRequirement): LabelRequirement {
  const known = OPERATORS.get(operator);
  if (!known) throw badRequest(`${JSON.stringify(operator)} is not a valid label selector operator`);
  return { key, operator: known, values: values ?? [] };
}

/**
 * Reads kubectl's syntax: `a=b,c!=d,e in (x,y),f notin (z),g,!h,i>1`. Throws 400 with upstream's message, which
 * starts `unable to parse requirement: ` when a requirement is malformed. The empty text matches everything.
 */
export function parseLabelSelector(text: string): Selector {
  return compileAll(parseRequirements(text));
}
