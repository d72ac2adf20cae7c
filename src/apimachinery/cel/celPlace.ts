import { type CelNode, childrenOf } from './celNode.ts';

/** A place in an expression, by line and column, the column from 0. */
export class CelPlace {
  readonly line: number;
  readonly column: number;
  /** The line. */
  readonly text: string;

  constructor(expression: string, offset: number) {
    const before = expression.slice(0, offset).split('\n');
    this.line = before.length;
    this.column = before.at(-1)!.length;
    this.text = expression.split('\n')[this.line - 1] ?? '';
  }
}

interface Located extends CelNode {
  readonly start: number;
  readonly end: number;
  readonly pos: number;
}

interface PlacedError {
  readonly node?: Located | undefined;
  readonly range?: { readonly start: number } | undefined;
}

/** Where upstream sees an error: at the operator, the dot or the bracket of what is wrong, where the library tells its beginning. */
export function placeOf(expression: string, { node, range }: PlacedError): number {
  if (!node?.op) return range?.start ?? 0;
  const [first, second] = childrenOf(node) as Located[];
  switch (node.op) {
    case '.':
    case '.?':
      return expression.lastIndexOf('.', node.pos);
    case 'call':
      return expression.indexOf('(', node.start);
    case 'rcall':
      return expression.indexOf('(', expression.indexOf('.', first?.end ?? node.start));
    case '[]':
    case '[?]':
      return expression.indexOf('[', first?.end ?? node.start);
    case '?:':
      return expression.indexOf('?', first?.end ?? node.start);
    default:
      return first && second ? placeOfOperator(expression, first.end, node.op) : node.pos;
  }
}

function placeOfOperator(expression: string, from: number, operator: string): number {
  const found = expression.indexOf(operator, from);
  return found < 0 ? from : found;
}
