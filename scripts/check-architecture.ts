import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/**
 * Keeps the house in order: a folder imports only from folders below it, and nobody but the clock reads the hour or rolls dice.
 * ARCHITECTURE.md draws the floors.
 */
const FLOORS: readonly (readonly string[])[] = [
  ['clock', 'generated', 'packaging'],
  ['apimachinery', 'pki'],
  ['store'],
  ['resources'],
  ['client'],
  ['apiserver'],
  ['runtime'],
  ['controllers', 'scheduler', 'node'],
  ['cluster'],
  ['library'],
  ['cli', 'simulator', 'index.ts'],
];

/** Controllers, scheduler and node agents see the cluster through `Client` alone. */
const FORBIDDEN: readonly { from: RegExp; to: RegExp; because: string }[] = [
  {
    from: /^(controllers|scheduler)\//,
    to: /^(apiserver|store)\//,
    because: 'they see only Client and Clock',
  },
  {
    from: /^node\/(?!kubelet\/)/,
    to: /^(apiserver\/(?!streams\/)|store\/)/,
    because: 'node agents see only Client and Clock',
  },
];

const OUTSIDE_THE_CLOCK = [
  { pattern: /\bDate\.now\(/, name: 'Date.now()' },
  { pattern: /\bnew Date\(\)/, name: 'new Date()' },
  { pattern: /(?<![.\w])(?:setTimeout|setInterval)\(/, name: 'a timer' },
  { pattern: /\bMath\.random\(/, name: 'Math.random()' },
  { pattern: /\bcrypto\.randomUUID\(|\brandomUUID\(/, name: 'randomUUID()' },
  { pattern: /\bTemporal\.Now\b/, name: 'Temporal.Now' },
];

const root = join(import.meta.dirname, '../src');
const floorOf = (folder: string) => FLOORS.findIndex((floor) => floor.includes(folder));
const isTest = (path: string) => /\.(test|contract|testing)\.ts$|\/testing\//.test(path);

const problems = globSync('**/*.ts', { cwd: root })
  .filter((path) => !path.startsWith('generated/'))
  .flatMap((path) => problemsOf(path, readFileSync(join(root, path), 'utf8')));

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function problemsOf(path: string, text: string): string[] {
  return [...(isTest(path) ? [] : importProblems(path, text)), ...clockProblems(path, text)];
}

function importProblems(path: string, text: string): string[] {
  const from = path.split('/')[0]!;
  if (floorOf(from) < 0) return [`src/${path}: the folder "${from}" stands on no floor`];
  const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1]!);
  return imports.flatMap((specifier) => {
    const target = relative(root, normalize(join(root, dirname(path), specifier)));
    const to = target.split('/')[0]!;
    if (target.startsWith('..') || to === from) return [];
    if (floorOf(to) >= floorOf(from))
      return [`src/${path}: imports ${target}, which is not on a floor below "${from}"`];
    const rule = FORBIDDEN.find((rule) => rule.from.test(path) && rule.to.test(target));
    return rule ? [`src/${path}: imports ${target}, but ${rule.because}`] : [];
  });
}

function clockProblems(path: string, text: string): string[] {
  if (path.startsWith('clock/')) return [];
  return text.split('\n').flatMap((line, index) => {
    const found = /^\s*(\/\/|\*)/.test(line)
      ? undefined
      : OUTSIDE_THE_CLOCK.find(({ pattern }) => pattern.test(line));
    return found
      ? [`src/${path}:${index + 1}: ${found.name} outside src/clock: take a Clock or a Random`]
      : [];
  });
}
