import { type CelChecker, type CelContext, type CelEvaluator, type CelNode, childrenOf } from './celNode.ts';

type Field = CelNode & { readonly args: readonly [CelNode, string] };

/** The library's `has` takes plain fields alone, upstream's also those of items: `has(self.matches[0].path)`. */
export function widenPresence(node: CelNode): void {
  const name = node.op === 'call' ? (node.args as readonly unknown[])[0] : undefined;
  if (name === 'has' && node.meta.macro) node.setMeta('macro', presenceOf(childrenOf(node)[0]!));
  for (const child of childrenOf(node)) widenPresence(child);
}

function presenceOf(node: CelNode): object {
  return {
    async: false,
    typeCheck(checker: CelChecker, _macro: object, context: CelContext) {
      if (!isField(node)) throw new Error('invalid argument to has() macro');
      checker.check(node, context);
      return checker.getType('bool');
    },
    evaluate(evaluator: CelEvaluator, _macro: object, context: CelContext) {
      const [owner, name] = (node as Field).args;
      return isPresent(evaluator.run(owner, context), name);
    },
  };
}

const isField = (node: CelNode): node is Field => node.op === '.';

function isPresent(owner: unknown, name: string): boolean {
  if (owner instanceof Map) return owner.get(name) !== undefined;
  if (typeof owner !== 'object' || owner === null) return false;
  // An optional value has a field when there is a value that has it.
  if ('orValue' in owner && typeof owner.orValue === 'function') return isPresent(owner.orValue(null), name);
  return Object.hasOwn(owner, name);
}
