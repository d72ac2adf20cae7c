import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PATH = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/local/sbin'];

/** Without iptables pods reach neither the world nor are they reached by ports of the host. */
export const hasIptables = (): boolean => PATH.some((directory) => existsSync(join(directory, 'iptables')));

/** A rule in the words of iptables, and its place among the tables. */
export interface Rule {
  readonly table: string;
  readonly chain: string;
  readonly words: readonly string[];
}

/** What a rule of ours ends with: the comment by which it is known again, and what it does. */
export const marked = (mark: string, ...target: string[]): string[] => [
  ...['-m', 'comment', '--comment', mark, '-j'],
  ...target,
];

export const iptables = (table: string, ...args: string[]) => run('iptables', ['-w', '-t', table, ...args]);

export const isThere = ({ table, chain, words }: Rule): Promise<boolean> =>
  iptables(table, '-C', chain, ...words).then(
    () => true,
    () => false,
  );

/** Puts a rule behind those that are there. */
export const append = ({ table, chain, words }: Rule) => iptables(table, '-A', chain, ...words);

/** Each rule of a table as it would be written behind `-A`: chain first. */
export const rulesOf = (table: string): Promise<string[]> => lines(table, '-A ');

export const ownChains = (table: string): Promise<string[]> => lines(table, '-N ');

export const remove = (table: string, rule: string) => iptables(table, '-D', ...wordsOf(rule));

/** The rules of a table that bear that comment. */
export async function markedRules(table: string, mark: string): Promise<string[]> {
  const comment = new RegExp(` "?${mark}"? `);
  return (await rulesOf(table)).filter((rule) => comment.test(rule));
}

/** Takes away the rules that bear that comment, and tells how many they were. */
export async function removeMarked(tables: readonly string[], mark: string): Promise<number> {
  let count = 0;
  for (const table of tables) {
    const rules = await markedRules(table, mark);
    for (const rule of rules) await remove(table, rule);
    count += rules.length;
  }
  return count;
}

async function lines(table: string, start: string): Promise<string[]> {
  const { stdout } = await iptables(table, '-S');
  return stdout.split('\n').flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : []));
}

/** iptables quotes comments with blanks in them. */
const wordsOf = (rule: string): string[] =>
  [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').replace(/\\(.)/g, '$1'),
  );
