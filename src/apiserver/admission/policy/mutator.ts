import { PolicyCompiler } from '../../../apimachinery/cel/policyCompiler.ts';
import type { MutatingAdmissionPolicy } from '../../../generated/types.ts';
import { isPatchType, PATCH_TYPES } from '../../../resources/admissionregistration/mutationRules.ts';
import { MatchConditions } from '../cel/matchConditions.ts';
import type { Patcher } from './patcher.ts';
import { type DeclaredVariable, declareAll } from './policyVariables.ts';

/** The expressions of a policy that changes objects, read. */
export class Mutator {
  readonly declared: readonly DeclaredVariable[];
  readonly conditions: MatchConditions;
  readonly patchers: readonly Patcher[];

  constructor({ spec }: MutatingAdmissionPolicy) {
    const { failurePolicy, matchConditions = [], variables = [], mutations = [] } = spec;
    const compiler = new PolicyCompiler({ hasParams: spec.paramKind !== undefined });
    this.declared = declareAll(variables, compiler);
    this.conditions = new MatchConditions(matchConditions, failurePolicy, (expression) =>
      compiler.compile(expression, ['bool']),
    );
    this.patchers = mutations.flatMap((mutation): Patcher[] => {
      const { patchType } = mutation;
      if (!isPatchType(patchType)) return [];
      const { field, type } = PATCH_TYPES[patchType];
      const expression = mutation[field]?.expression ?? '';
      return [{ patchType, program: compiler.compile(expression, [type], { hasPatchTypes: true }) }];
    });
  }
}
