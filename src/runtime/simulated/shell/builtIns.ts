import { evaluate } from './arithmetic.ts';
import type { Shell } from './shell.ts';

/** A command that takes no time. Returns its exit code. */
export type BuiltIn = (shell: Shell, args: readonly string[], input: string) => number;

const print = (shell: Shell, text: string): number => {
  shell.output('stdout', text);
  return 0;
};

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MOST_NUMBERS = 10_000;

export const builtIns: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  [':', () => 0],
  ['true', () => 0],
  ['false', () => 1],
  ['echo', echo],
  ['printf', (shell, args) => print(shell, formatted(args))],
  ['date', (shell, args) => print(shell, `${dateText(new Date(shell.time), args)}\n`)],
  ['hostname', (shell) => print(shell, `${shell.hostname}\n`)],
  ['whoami', (shell) => print(shell, 'root\n')],
  ['pwd', (shell) => print(shell, '/\n')],
  ['uname', (shell, args) => print(shell, args.includes('-n') ? `${shell.hostname}\n` : 'Linux\n')],
  ['env', environment],
  ['printenv', (shell, args) => (args.length === 0 ? environment(shell) : printVariables(shell, args))],
  ['export', assignAll],
  ['unset', unset],
  ['set', () => 0],
  ['trap', trap],
  ['wait', () => 0],
  ['seq', seq],
  ['expr', expr],
  ['touch', (shell, args) => eachFile(args, (path) => shell.writeFile(path, shell.files.get(path) ?? ''))],
  ['rm', (shell, args) => eachFile(args, (path) => shell.files.delete(path))],
  ['cat', cat],
  ['rev', reverse],
  ['ls', list],
  ['tar', tar],
  ['tee', tee],
  ['test', (shell, args) => (isTrue(shell, args) ? 0 : 1)],
  ['[', (shell, args) => (isTrue(shell, args.slice(0, -1)) ? 0 : 1)],
  ['[[', (shell, args) => (isTrue(shell, args.slice(0, -1)) ? 0 : 1)],
]);

/** Commands that do their work and end; here they only succeed. */
export const quickCommands: ReadonlySet<string> = new Set(
  (
    'apk apt apt-get awk basename cd chmod chown clear cp curl cut df dig dirname du find free git grep head id ' +
    'kill kubectl ln mkdir mktemp mount mv nc nslookup ping pip npm ps sed sort stat sync top tr umask uniq ' +
    'wc wget which xargs yum'
  ).split(' '),
);

function echo(shell: Shell, args: readonly string[]): number {
  let first = 0;
  while (/^-[neE]+$/.test(args[first] ?? '')) first++;
  const flags = args.slice(0, first).join('');
  const text = args.slice(first).join(' ');
  return print(shell, (flags.includes('e') ? unescaped(text) : text) + (flags.includes('n') ? '' : '\n'));
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', a: '\u0007', e: '\u001b' };

const unescaped = (text: string): string =>
  text.replace(/\\([ntr\\ae])/g, (_, letter: string) => ESCAPES[letter]!);

function formatted([format = '', ...values]: readonly string[]): string {
  let next = 0;
  return unescaped(format).replace(/%(%|[-0-9.]*[sdiufxc])/g, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = values[next++] ?? '';
    return verb.endsWith('d') || verb.endsWith('i') ? String(Math.trunc(Number(value)) || 0) : value;
  });
}

/** `Tue Nov 24 02:19:36 UTC 2026`, or as `+%Y-…` asks. */
function dateText(date: Date, args: readonly string[]): string {
  const format = args.find((arg) => arg.startsWith('+'))?.slice(1) ?? '%a %b %e %H:%M:%S UTC %Y';
  return format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => dateParts[letter]?.(date) ?? whole);
}

const two = (value: number): string => String(value).padStart(2, '0');

const dateParts: Record<string, (date: Date) => string> = {
  a: (date) => WEEKDAYS[date.getUTCDay()]!,
  b: (date) => MONTHS[date.getUTCMonth()]!,
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2, ' '),
  F: (date) => date.toISOString().slice(0, 10),
  H: (date) => two(date.getUTCHours()),
  m: (date) => two(date.getUTCMonth() + 1),
  M: (date) => two(date.getUTCMinutes()),
  N: (date) => String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(9, '0'),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  S: (date) => two(date.getUTCSeconds()),
  T: (date) => date.toISOString().slice(11, 19),
  Y: (date) => String(date.getUTCFullYear()),
  Z: () => 'UTC',
  '%': () => '%',
};

function environment(shell: Shell): number {
  return print(shell, [...shell.variables].map(([name, value]) => `${name}=${value}\n`).join(''));
}

function printVariables(shell: Shell, names: readonly string[]): number {
  const values = names.map((name) => shell.variables.get(name));
  for (const value of values) if (value !== undefined) print(shell, `${value}\n`);
  return values.includes(undefined) ? 1 : 0;
}

function assignAll(shell: Shell, args: readonly string[]): number {
  for (const arg of args) {
    const equals = arg.indexOf('=');
    if (equals > 0) shell.setVariable(arg.slice(0, equals), arg.slice(equals + 1));
  }
  return 0;
}

/** It would unpack what nobody will look at; but `kubectl cp` streams files, and must not believe that they arrived. */
function tar(shell: Shell, args: readonly string[]): number {
  if (!/^-?[a-z]*f$/.test(args[0] ?? '') || args[1] !== '-') return 0;
  shell.output('stderr', 'tar: cannot copy files: this container is simulated and has none\n');
  return 1;
}

function seq(shell: Shell, args: readonly string[]): number {
  const numbers = args.map(Number);
  const [first, step, last] =
    numbers.length > 2 ? numbers : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : [1, 1, numbers[0]];
  let text = '';
  for (let value = first!, printed = 0; step! > 0 && value <= last! && printed < MOST_NUMBERS; printed++) {
    text += `${value}\n`;
    value += step!;
  }
  return print(shell, text);
}

const SIGNAL_NAMES: Record<string, string> = { 1: 'HUP', 2: 'INT', 3: 'QUIT', 15: 'TERM' };

function trap(shell: Shell, [action = '-', ...signals]: readonly string[]): number {
  for (const signal of signals) {
    const name = SIGNAL_NAMES[signal] ?? signal.replace(/^SIG/, '');
    if (action === '-') shell.traps.delete(name);
    else shell.traps.set(name, action);
  }
  return 0;
}

/** Whole numbers only. As everywhere, 0 is no success. */
function expr(shell: Shell, args: readonly string[]): number {
  const expression = args.map((arg) => (arg === '=' ? '==' : arg)).join(' ');
  const value = evaluate(expression, () => '');
  print(shell, `${value}\n`);
  return value === 0 ? 1 : 0;
}

function eachFile(args: readonly string[], act: (path: string) => void): number {
  for (const path of args) if (!path.startsWith('-')) act(path);
  return 0;
}

function cat(shell: Shell, args: readonly string[], input: string): number {
  return eachText('cat', shell, args, input, (text) => print(shell, text));
}

/** Each line backwards. */
function reverse(shell: Shell, args: readonly string[], input: string): number {
  const backwards = (line: string) => Array.from(line).reverse().join('');
  return eachText('rev', shell, args, input, (text) =>
    print(shell, text.split('\n').map(backwards).join('\n')),
  );
}

/** Does something with the text of each file, or of the input where none is named. */
function eachText(
  program: string,
  shell: Shell,
  args: readonly string[],
  input: string,
  act: (text: string) => void,
): number {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  if (paths.length === 0) act(input);
  let exitCode = 0;
  for (const path of paths) {
    const text = shell.files.get(path) ?? (path === '/etc/hostname' ? `${shell.hostname}\n` : undefined);
    if (text !== undefined) act(text);
    else {
      shell.output('stderr', `${program}: can't open '${path}': No such file or directory\n`);
      exitCode = 1;
    }
  }
  return exitCode;
}

function list(shell: Shell, args: readonly string[]): number {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  const isUnder = (file: string) =>
    paths.some((path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`));
  const found = [...shell.files.keys()].filter((file) => paths.length === 0 || isUnder(file));
  return print(shell, found.map((file) => `${file}\n`).join(''));
}

function tee(shell: Shell, args: readonly string[], input: string): number {
  const append = args.includes('-a');
  eachFile(args, (path) => shell.writeFile(path, (append ? (shell.files.get(path) ?? '') : '') + input));
  return print(shell, input);
}

function isTrue(shell: Shell, args: readonly string[]): boolean {
  if (args[0] === '!') return !isTrue(shell, args.slice(1));
  const [a = '', operator, b = ''] = args;
  if (args.length <= 1) return a !== '';
  if (args.length === 2) return isTrueOfOne(shell, a, operator!);
  switch (operator) {
    case '=':
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '-eq':
      return Number(a) === Number(b);
    case '-ne':
      return Number(a) !== Number(b);
    case '-lt':
      return Number(a) < Number(b);
    case '-le':
      return Number(a) <= Number(b);
    case '-gt':
      return Number(a) > Number(b);
    case '-ge':
      return Number(a) >= Number(b);
    default:
      return false;
  }
}

function isTrueOfOne(shell: Shell, operator: string, value: string): boolean {
  if (operator === '-z') return value === '';
  if (operator === '-n') return value !== '';
  return ['-e', '-f', '-s', '-r', '-d'].includes(operator) && shell.files.has(value);
}

function unset(shell: Shell, args: readonly string[]): number {
  for (const name of args) shell.variables.delete(name);
  return 0;
}
