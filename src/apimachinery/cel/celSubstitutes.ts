import { type CelNode, childrenOf } from './celNode.ts';
import { celEqual, isIn } from './library/equality.ts';

/** Methods that upstream has otherwise than the library, which lets nobody replace its own. Ours have a name of their own. */
const SUBSTITUTES = new Set(['matches', 'lowerAscii', 'upperAscii']);
const MARK = '__';

/** Has an expression call ours. */
export function substitute(node: CelNode): void {
  if (node.op === 'rcall') {
    const args = node.args as unknown[];
    if (SUBSTITUTES.has(args[0] as string)) args[0] += MARK;
  }
  for (const child of childrenOf(node)) substitute(child);
}

type Compare = (left: unknown, right: unknown) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  '==': celEqual,
  '!=': (left, right) => !celEqual(left, right),
  in: isIn,
};

/** The library goes by the type of the first item or field of what it compares; whether two of many types are equal is found by looking at all. */
export function substituteComparisons(node: CelNode): void {
  if (Object.hasOwn(COMPARISONS, node.op)) (node as { handle?: Compare }).handle = COMPARISONS[node.op]!;
  for (const child of childrenOf(node)) substituteComparisons(child);
}

/** The name by which an expression knows it. */
export const writtenName = (name: string): string =>
  name.endsWith(MARK) ? name.slice(0, -MARK.length) : name;
