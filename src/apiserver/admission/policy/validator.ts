import { RUNTIME_BUDGET } from '../../../apimachinery/cel/celBudget.ts';
import type { CelProgram } from '../../../apimachinery/cel/celProgram.ts';
import { PolicyCompiler } from '../../../apimachinery/cel/policyCompiler.ts';
import { messageOf, type StatusReason } from '../../../apimachinery/errors.ts';
import type { ValidatingAdmissionPolicy, Validation } from '../../../generated/types.ts';
import { type CelResult, evaluateAll } from '../cel/evaluateAll.ts';
import { MatchConditions } from '../cel/matchConditions.ts';
import { type DeclaredVariable, declareAll, type PolicyVariables } from './policyVariables.ts';

/** Why a policy has something against a request. */
export interface Denial {
  readonly message: string;
  readonly reason?: StatusReason | undefined;
  /** Something went wrong with what is to be noted: then the request is refused, whatever the binding says is to be done. */
  readonly isOfAudit?: true;
}

/** Longer messages are not shown. */
const MAX_MESSAGE_BYTES = 5 * 1024;

/** The expressions of a policy, read. */
export class Validator {
  readonly declared: readonly DeclaredVariable[];
  readonly #conditions: MatchConditions;
  readonly #validations: readonly Validation[];
  readonly #programs: readonly CelProgram[];
  readonly #messages: readonly (CelProgram | undefined)[];
  readonly #notes: readonly CelProgram[];
  readonly #ignoresErrors: boolean;

  constructor({ spec }: ValidatingAdmissionPolicy) {
    const { failurePolicy, matchConditions = [], variables = [], validations = [] } = spec;
    const compiler = new PolicyCompiler({ hasParams: spec.paramKind !== undefined });
    this.declared = declareAll(variables, compiler);
    const compile = (expression: string) => compiler.compile(expression, ['bool']);
    this.#conditions = new MatchConditions(matchConditions, failurePolicy, compile);
    this.#validations = validations;
    this.#programs = validations.map(({ expression }) => compile(expression));
    this.#messages = validations.map(({ messageExpression }) =>
      messageExpression
        ? compiler.compile(messageExpression, ['string'], { hasAuthorizer: false })
        : undefined,
    );
    this.#notes = (spec.auditAnnotations ?? []).map(({ valueExpression }) =>
      compiler.compile(valueExpression, ['string', 'null_type']),
    );
    this.#ignoresErrors = failurePolicy === 'Ignore';
  }

  /** What the policy has against a request. */
  validate(variables: PolicyVariables): Denial[] {
    const match = this.#conditions.match(variables);
    if (match.kind === 'error') return [{ message: match.message }];
    if (match.kind === 'skipped') return [];
    try {
      return [...this.#judge(variables), ...this.#noteErrors(variables)];
    } catch (error) {
      return this.#failed(messageOf(error));
    }
  }

  #judge(variables: PolicyVariables): Denial[] {
    const { results, budget } = evaluateAll(this.#programs, variables, RUNTIME_BUDGET);
    let left = budget;
    return results.flatMap((result, index) => {
      if ('error' in result) return this.#failed(result.error);
      if (result.value === true) return [];
      const { reason = 'Invalid', message, expression } = this.#validations[index]!;
      try {
        const said = this.#said(index, variables, left);
        left = said.budget;
        const text = said.text || message?.trim() || `failed expression: ${expression.trim()}`;
        return [{ message: text, reason: reason as StatusReason }];
      } catch (error) {
        return this.#failed(`failed messageExpression: ${messageOf(error)}`);
      }
    });
  }

  /** What the expression for the message comes to; nothing where that is no message. */
  #said(index: number, variables: PolicyVariables, left: number): { text: string; budget: number } {
    const program = this.#messages[index];
    if (!program) return { text: '', budget: left };
    const { results, budget } = evaluateAll([program], variables, left);
    return { text: oneLine(results[0]!), budget };
  }

  /** Nothing is noted here: there is no audit. But an expression that cannot be carried out refuses, as upstream. */
  #noteErrors(variables: PolicyVariables): Denial[] {
    const { results } = evaluateAll(this.#notes, variables, RUNTIME_BUDGET);
    return results.flatMap((result) =>
      'error' in result && !this.#ignoresErrors ? [{ message: result.error, isOfAudit: true as const }] : [],
    );
  }

  #failed(message: string): Denial[] {
    return this.#ignoresErrors ? [] : [{ message }];
  }
}

function oneLine(result: CelResult): string {
  if ('error' in result || typeof result.value !== 'string') return '';
  const text = result.value.trim();
  return text.includes('\n') || Buffer.byteLength(text) > MAX_MESSAGE_BYTES ? '' : text;
}
