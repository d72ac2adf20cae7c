import type { Environment, Optional } from '@marcbachmann/cel-js';
import { celLibrary } from '../celLibrary.ts';
import type { CelChecker, CelContext, CelEvaluator, CelNode } from '../celNode.ts';
import { define } from './define.ts';
import { celEqual } from './equality.ts';

type List = readonly unknown[];

/** Of optional values, what the library lacks: optMap, optFlatMap, ofNonZeroValue, first, last, unwrap. */
export function registerOptionals(environment: Environment): void {
  const { Optional } = celLibrary();
  const of = (value: unknown) => (value === undefined ? Optional.none() : Optional.of(value));
  const unwrap = (list: readonly Optional[]) =>
    list.filter((each) => each.hasValue()).map((each) => each.value());
  define(environment, {
    'OptionalNamespace.ofNonZeroValue(T): optional<T>': (_: unknown, value: unknown) =>
      isZero(value) ? Optional.none() : Optional.of(value),
    'OptionalNamespace.unwrap(list): list': (_: unknown, list: readonly Optional[]) => unwrap(list),
    'list.unwrapOpt(): list': unwrap,
    'list<T>.first(): optional<T>': (list: List) => of(list[0]),
    'list<T>.last(): optional<T>': (list: List) => of(list.at(-1)),
  });
  environment.registerOperator('optional<T> == optional<T>', celEqual);
  environment.registerFunction('optional.optMap(ast, ast): optional<dyn>', macro(of) as never);
  environment.registerFunction('optional.optFlatMap(ast, ast): optional<dyn>', macro(asItIs) as never);
}

const asItIs = (value: unknown): unknown => value;

interface MacroCall {
  readonly receiver: CelNode;
  readonly args: readonly [CelNode, CelNode];
}

/** `o.optMap(x, x + 1)`: what becomes of the value, where there is one. */
const macro =
  (wrap: (value: unknown) => unknown) =>
  ({ receiver, args: [name, body] }: MacroCall) => {
    let scope: CelContext | undefined;
    return {
      async: false,
      typeCheck(checker: CelChecker, _macro: object, context: CelContext) {
        const type = checker.check(receiver, context);
        const given = type.kind === 'optional' ? type.valueType : checker.getType('dyn');
        scope = context.forkWithVariable(nameIn(name), given);
        const made = checker.check(body, scope);
        return wrap === asItIs ? made : checker.getType(`optional<${made.name}>`);
      },
      evaluate(evaluator: CelEvaluator, _macro: object, context: CelContext) {
        const optional = evaluator.run(receiver, context) as Optional;
        if (!optional.hasValue()) return optional;
        return wrap(evaluator.run(body, scope!.reuse(context).setIterValue(optional.value(), evaluator)));
      },
    };
  };

/** The variable of a macro. */
export function nameIn(node: CelNode): string {
  if (node.op === 'id') return node.args as string;
  throw new Error('argument must be a simple name');
}

function isZero(value: unknown): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return typeof value === 'object' && value.constructor === Object && Object.keys(value).length === 0;
}
