import { fileChange, forever, sleep } from './control.ts';
import type { Run, Shell } from './shell.ts';

const USUAL_LINES = 10;
/** After so many it rests: two that follow each other's files would keep a processor busy. */
const CHANGES_AT_ONCE = 100;
const REST_MS = 1000;

/** How `tail` was asked: the last so many lines of the files, or all from a line on (`-n +1`), and whether to go on. */
interface Request {
  readonly paths: readonly string[];
  readonly lines: number;
  readonly isFromStart: boolean;
  readonly follows: boolean;
}

/** Prints the end of its files, or of its input; `-f` and `-F` go on with what is written later, by whichever container of the pod. */
export function* runTail(shell: Shell, args: readonly string[], input: string): Run {
  const request = requestOf(args);
  const [path] = request.paths;
  if (path === undefined) {
    if (request.follows) return yield* forever();
    print(shell, endOf(input, request));
    return 0;
  }
  if (request.follows) return yield* follow(shell, path, request);
  return printEnds(shell, request);
}

/** Of several files the first. One that is not there yet is waited for: most that real programs write never comes. */
function* follow(shell: Shell, path: string, request: Request): Run {
  let shown = shell.files.get(path) ?? '';
  print(shell, endOf(shown, request));
  if (path === '/dev/null') return yield* forever();
  for (let changes = 1; ; changes++) {
    yield* fileChange(shell, path);
    if (changes % CHANGES_AT_ONCE === 0) yield* sleep(shell, REST_MS);
    const text = shell.files.get(path) ?? '';
    // What is no longer as it was is another file.
    print(shell, text.startsWith(shown) ? text.slice(shown.length) : text);
    shown = text;
  }
}

function printEnds(shell: Shell, request: Request): number {
  let exitCode = 0;
  for (const path of request.paths) {
    const text = path === '/dev/null' ? '' : shell.files.get(path);
    if (text === undefined) {
      shell.output('stderr', `tail: can't open '${path}': No such file or directory\n`);
      exitCode = 1;
    } else print(shell, endOf(text, request));
  }
  return exitCode;
}

function print(shell: Shell, text: string): void {
  if (text !== '') shell.output('stdout', text);
}

function endOf(text: string, { lines, isFromStart }: Request): string {
  const all = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return all.slice(isFromStart ? Math.max(0, lines - 1) : Math.max(0, all.length - lines)).join('');
}

function requestOf(args: readonly string[]): Request {
  const paths: string[] = [];
  let count = String(USUAL_LINES);
  let follows = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const given = /^-(?:n|-lines=?)?([+-]?\d+)$/.exec(arg)?.[1];
    if (given !== undefined) count = given;
    else if (arg === '-n') count = args[++at] ?? count;
    else if (/^-[a-zA-Z]*[fF]|^--follow/.test(arg)) follows = true;
    else if (!arg.startsWith('-')) paths.push(arg);
  }
  return {
    paths,
    lines: Math.abs(Number.parseInt(count, 10)) || 0,
    isFromStart: count.startsWith('+'),
    follows,
  };
}
