import type { Environment } from '@marcbachmann/cel-js';
import { isJsonObject } from '../patch/jsonValue.ts';

/** What the library hands to a macro, as far as it is looked at here. */
interface Node {
  readonly op: string;
  readonly args: readonly [Node, string];
}
interface Checker {
  check(node: Node, context: unknown): unknown;
  getType(name: string): unknown;
}
interface Evaluator {
  run(node: Node, context: unknown): unknown;
}
interface Presence {
  readonly node: Node;
}

/** The library's `has` takes plain fields alone, upstream's also those of items: `has(self.matches[0].path)`. */
export const withPresence = (expression: string): string =>
  expression.replace(/\bhas\(([^()]*\[[^()]*)\)/g, 'present($1)');

/** `present(a[0].b)`: whether there is such a field. */
export function registerPresence(environment: Environment): void {
  const macro = ({ args: [node] }: { args: readonly Node[] }) => {
    if (node?.op !== '.') throw new Error('has() invalid argument');
    return {
      node,
      typeCheck(checker: Checker, { node }: Presence, context: unknown) {
        checker.check(node.args[0], context);
        return checker.getType('bool');
      },
      evaluate(evaluator: Evaluator, { node }: Presence, context: unknown) {
        const owner = evaluator.run(node.args[0], context);
        return isJsonObject(owner) && Object.hasOwn(owner, node.args[1]);
      },
    };
  };
  environment.registerFunction('present(ast): bool', macro as never);
}
