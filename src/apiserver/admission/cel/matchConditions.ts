import { admissionEnvironment } from '../../../apimachinery/cel/admissionEnvironment.ts';
import { compileAdmission, type MatchCondition } from '../../../apimachinery/cel/admissionProgram.ts';
import { MATCH_CONDITIONS_BUDGET } from '../../../apimachinery/cel/celBudget.ts';
import type { CelProgram } from '../../../apimachinery/cel/celProgram.ts';
import { messageOf } from '../../../apimachinery/errors.ts';
import { evaluateAll } from './evaluateAll.ts';

/** Whether a webhook or a policy wants to see a request, as far as its conditions say. */
export type MatchOutcome =
  | { readonly kind: 'matches' }
  /** By the name of the first condition that is false; by none when an error is to be ignored. */
  | { readonly kind: 'skipped'; readonly condition?: string }
  | { readonly kind: 'error'; readonly message: string };

const MATCHES: MatchOutcome = { kind: 'matches' };

/** Conditions that have been read once, to be asked for many requests. */
export class MatchConditions {
  readonly #conditions: readonly MatchCondition[];
  readonly #programs: readonly CelProgram[];
  readonly #ignoresErrors: boolean;

  /** Those of a webhook speak of the request and the authorizer; a policy reads its own, which may speak of its variables too. */
  constructor(
    conditions: readonly MatchCondition[],
    failurePolicy: string | undefined,
    compile: (expression: string) => CelProgram = compileForWebhook,
  ) {
    this.#conditions = conditions;
    this.#ignoresErrors = failurePolicy === 'Ignore';
    this.#programs = conditions.map(({ expression }) => compile(expression));
  }

  /** `variables`: a `CelRequest`, or what more there is. One false condition skips, whatever the others; an error goes by the failure policy. */
  match(variables: object): MatchOutcome {
    try {
      return this.#outcome(variables);
    } catch (error) {
      return this.#failed(messageOf(error));
    }
  }

  #outcome(variables: object): MatchOutcome {
    const { results } = evaluateAll(this.#programs, variables, MATCH_CONDITIONS_BUDGET);
    const errors: string[] = [];
    for (const [index, result] of results.entries()) {
      if ('error' in result) errors.push(result.error);
      else if (result.value === false) return { kind: 'skipped', condition: this.#conditions[index]!.name };
    }
    return errors.length > 0 ? this.#failed(aggregate(errors)) : MATCHES;
  }

  #failed(message: string): MatchOutcome {
    return this.#ignoresErrors ? { kind: 'skipped' } : { kind: 'error', message };
  }
}

const compileForWebhook = (expression: string): CelProgram =>
  compileAdmission(admissionEnvironment({ hasParams: false, hasAuthorizer: true }), expression, ['bool']);

/** As upstream prints several errors: each once, in brackets. */
function aggregate(errors: readonly string[]): string {
  const different = [...new Set(errors)];
  return different.length === 1 ? different[0]! : `[${different.join(', ')}]`;
}
