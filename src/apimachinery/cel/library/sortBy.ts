import type { Environment } from '@marcbachmann/cel-js';
import { spend } from '../celBudget.ts';
import { type CelChecker, type CelContext, type CelEvaluator, type CelNode, sizeOf } from '../celNode.ts';
import { sortedBy } from './lists.ts';
import { nameIn } from './optionals.ts';

interface MacroCall {
  readonly receiver: CelNode;
  readonly args: readonly [CelNode, CelNode];
}

/** `list.sortBy(item, item.score)`. */
export function registerSortBy(environment: Environment): void {
  const macro = ({ receiver, args: [name, key] }: MacroCall) => {
    const cost = sizeOf(key);
    let scope: CelContext;
    return {
      async: false,
      typeCheck(checker: CelChecker, _macro: object, context: CelContext) {
        const type = checker.check(receiver, context);
        scope = context.forkWithVariable(nameIn(name), type.valueType ?? checker.getType('dyn'));
        checker.check(key, scope);
        return type;
      },
      evaluate(evaluator: CelEvaluator, _macro: object, context: CelContext) {
        const list = evaluator.run(receiver, context);
        if (!Array.isArray(list)) throw new Error('no such overload');
        const keys = list.map((item) => {
          spend(cost);
          return evaluator.run(key, scope.reuse(context).setIterValue(item, evaluator));
        });
        return sortedBy(list, keys);
      },
    };
  };
  environment.registerFunction('list.sortBy(ast, ast): list', macro as never);
}
