import type { Environment } from '@marcbachmann/cel-js';
import { type CelNode, childrenOf } from './celNode.ts';
import { writtenName } from './celSubstitutes.ts';
import { regexProblem } from './library/regex.ts';

/** What is wrong with an argument that is written out: upstream looks at these when it reads the expression. */
class LiteralError extends Error {
  readonly summary: string;
  readonly node: CelNode;

  constructor(name: string, node: CelNode) {
    super(`invalid ${name} argument`);
    this.summary = this.message;
    this.node = node;
  }
}

/** Throws for a pattern, a duration or a time that is written out and is none. */
export function checkLiterals(environment: Environment, node: CelNode): void {
  const last = childrenOf(node).at(-1);
  if (last?.op === 'value' && typeof last.args === 'string') {
    const name = calledName(node);
    if (!isRight(environment, name, last.args)) throw new LiteralError(name, last);
  }
  for (const child of childrenOf(node)) checkLiterals(environment, child);
}

const calledName = ({ op, args }: CelNode): string =>
  op === 'call' || op === 'rcall' ? writtenName((args as [string])[0]) : '';

function isRight(environment: Environment, name: string, text: string): boolean {
  if (name === 'matches') return regexProblem(text) === undefined;
  if (name !== 'duration' && name !== 'timestamp') return true;
  try {
    environment.evaluate(`${name}(${JSON.stringify(text)})`);
    return true;
  } catch {
    return false;
  }
}
