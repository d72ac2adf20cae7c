import type { Environment } from '@marcbachmann/cel-js';
import { messageOf } from '../errors.ts';
import { CostExceeded, meter, metered, PER_CALL_LIMIT } from './celBudget.ts';
import { issueText, typeText } from './celIssue.ts';
import { checkLiterals } from './celLiterals.ts';
import type { CelNode } from './celNode.ts';
import { widenPresence } from './celPresence.ts';
import { substitute, substituteComparisons } from './celSubstitutes.ts';
import { translateObjects } from './objectLiterals.ts';

/** An expression that has been read, to be carried out as often as one likes. */
export interface CelProgram {
  readonly expression: string;
  /** What is wrong with it, as upstream's compiler prints it: `ERROR: <input>:1:1: …`, with a picture of the place. */
  readonly issue: string | undefined;
  /** What it comes to, as upstream names types: `bool`, `list(string)`; `dyn` when only its run will tell. */
  readonly type: string;
  /** The same as the library names it, to declare variables of that type. */
  readonly declaredType: string;
  /** Throws an error in upstream's words; `CostExceeded` when it costs too much. */
  evaluate(variables: object): unknown;
}

/** Reads an expression for an environment. What cannot be read has an issue and is never carried out. */
export function compileCel(environment: Environment, expression: string): CelProgram {
  try {
    const parsed = environment.parse(translateObjects(expression).text);
    const root = parsed.ast as unknown as CelNode;
    widenPresence(root);
    substitute(root);
    checkLiterals(environment, root);
    const { valid, error, type } = parsed.check();
    if (!valid) return broken(environment, expression, error);
    substituteComparisons(root);
    meter(root);
    return {
      expression,
      issue: undefined,
      type: type === 'null' ? 'null_type' : typeText(type ?? 'dyn'),
      declaredType: isOpen(type) ? 'dyn' : type,
      evaluate: (variables) => evaluated(() => parsed(variables as Record<string, unknown>)),
    };
  } catch (error) {
    return broken(environment, expression, error);
  }
}

/** Of what is in an empty list, nothing is known. */
const isOpen = (type: string | undefined): type is undefined => type === undefined || /\b[A-Z]\b/.test(type);

function broken(environment: Environment, expression: string, error: unknown): CelProgram {
  const issue = issueText(environment, expression, error);
  return {
    expression,
    issue,
    type: 'dyn',
    declaredType: 'dyn',
    evaluate() {
      throw new Error(issue);
    },
  };
}

function evaluated(run: () => unknown): unknown {
  const outcome = metered(PER_CALL_LIMIT, run);
  if ('value' in outcome) return outcome.value;
  const { error } = outcome;
  throw error instanceof CostExceeded ? error : new Error(runtimeMessage(error));
}

/** What went wrong on the way, in upstream's words. The library draws a picture of the place below. */
function runtimeMessage(error: unknown): string {
  const { summary: text = messageOf(error) } = error as { readonly summary?: string };
  const outOfBounds = /^No such key: index out of bounds, index (-?\d+)/.exec(text);
  if (outOfBounds) return `index out of bounds: ${outOfBounds[1]}`;
  if (/^(no such overload|found no matching overload)/.test(text)) return 'no such overload';
  if (text === 'modulo by zero') return 'modulus by zero';
  if (text.startsWith('integer overflow')) return 'integer overflow';
  return text
    .replace(/^No such key/, 'no such key')
    .replace(/^Optional value is not present$/, 'optional.none() dereference');
}
