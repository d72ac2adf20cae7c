import type { Signs } from './chainNames.ts';
import { isKernels, noRules, TABLES, type Table, type Tables } from './tables.ts';

const CHAIN = /^:(\S+) /;
const RULE = /^-A (\S+) (.*)$/;

/** Which of the saved rules bear the signs, in the words of `iptables-save`. */
export function ownSavedRules(text: string, signs: Signs): Tables {
  const tables = noRules();
  let table: Table | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = TABLES.find((name) => line === `*${name}`);
    if (table) takeLine(line, tables[table], signs);
  }
  return tables;
}

function takeLine(line: string, chains: Tables[Table], { prefix, mark }: Signs): void {
  const made = CHAIN.exec(line)?.[1];
  if (made?.startsWith(prefix)) chains.set(made, []);
  const [, chain, rule] = RULE.exec(line) ?? [];
  if (chain === undefined || rule === undefined) return;
  const isOurs = isKernels(chain) ? hasMark(rule, mark) : chain.startsWith(prefix);
  if (isOurs) chains.set(chain, [...(chains.get(chain) ?? []), rule]);
}

/** `sampan:a` and `sampan:a:b` have the mark `sampan:a`, and `sampan:ab` has not. */
const hasMark = (rule: string, mark: string): boolean =>
  rule
    .replaceAll('"', '')
    .split(' ')
    .some((word) => word === mark || word.startsWith(`${mark}:`));
