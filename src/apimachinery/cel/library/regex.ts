import type { Environment } from '@marcbachmann/cel-js';
import { messageOf } from '../../errors.ts';
import type { GoRegexp } from '../../goRegexp/goRegexp.ts';
import { knownRegexp } from '../../goRegexp/knownRegexp.ts';
import { spend } from '../celBudget.ts';
import { define } from './define.ts';

/** As upstream counts a search, a tenth for each letter, but times each step of the expression: ours are slower. */
function search(text: string, pattern: string): GoRegexp {
  const found = knownRegexp(pattern);
  spend((1 + text.length * 0.1) * found.size);
  return found;
}

/** Upstream's library `regex`, and `matches`, which the language itself has: by expressions as Go has them. */
export function registerRegex(environment: Environment): void {
  const matches = (text: string, pattern: string) => search(text, pattern).test(text);
  define(environment, {
    'matches(string, string): bool': matches,
    'string.matches__(string): bool': matches,
    'string.find(string): string': (text: string, pattern: string) => finds(text, pattern, 1n)[0] ?? '',
    'string.findAll(string): list<string>': (text: string, pattern: string) => finds(text, pattern, -1n),
    'string.findAll(string, int): list<string>': finds,
  });
}

/** No more than so many, unless that is negative. */
function finds(text: string, pattern: string, limit: bigint): string[] {
  const most = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  const found: string[] = [];
  try {
    for (const { from, to } of search(text, pattern).findAll(text)) {
      if (found.length >= most) break;
      search(text.slice(from, to), pattern);
      found.push(text.slice(from, to));
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('error parsing')) {
      throw new Error(`Illegal regex: ${messageOf(error)}`);
    }
    throw error;
  }
  return found;
}

/** What is wrong with an expression. */
export function regexProblem(source: string): string | undefined {
  try {
    knownRegexp(source);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
