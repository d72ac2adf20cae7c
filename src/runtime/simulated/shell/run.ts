import { type BuiltIn, builtIns, quickCommands } from './builtIns.ts';
import { FunctionReturn, forever, LoopJump, nextLine, ShellExit, sleep } from './control.ts';
import { expandText, expandWords } from './expand.ts';
import { parseScript } from './parser.ts';
import { inputFile, type OpenRedirect, redirectedOutput } from './redirects.ts';
import type { Run, Shell } from './shell.ts';
import { durationMs } from './sleepDuration.ts';
import { type Assignment, type Command, type Redirect, type SimpleCommand, UnknownSyntax } from './syntax.ts';
import { runTail } from './tail.ts';

/** A loop that does not wait would keep a processor busy; here each of its rounds takes so long. */
const BUSY_ROUND_MS = 1000;
/** And so do so many rounds of loops that end by themselves. */
const ROUNDS_AT_ONCE = 1000;
const DEEPEST_CALLS = 50;
const NOT_FOUND = 127;

/** Runs a script from the beginning to its end or its `exit`. */
export function* runScript(shell: Shell, script: string): Run {
  let command: Command;
  try {
    command = parseScript(script);
  } catch (error) {
    if (error instanceof UnknownSyntax) return yield* unknown(shell, 'sh');
    throw error;
  }
  return yield* untilExit(runCommand(shell, command));
}

/** Runs a command given as its words, as `exec` and a container's `command` do. */
export const runWords = (shell: Shell, words: readonly string[]): Run =>
  untilExit(runProgram(shell, words, ''));

/** What a trap says, and then what the signal interrupted: a sleep is over by it. */
export const runTrapped = (shell: Shell, action: string, interrupted: Run): Run =>
  untilExit(trapped(shell, action, interrupted));

function* trapped(shell: Shell, action: string, interrupted: Run): Run {
  yield* runLine(shell, action);
  return yield* interrupted;
}

function* untilExit(run: Run): Run {
  try {
    return yield* run;
  } catch (error) {
    if (error instanceof ShellExit) return error.exitCode;
    if (error instanceof LoopJump) return 0;
    throw error;
  }
}

function* runCommand(shell: Shell, command: Command): Run {
  const exitCode = yield* runByKind(shell, command);
  shell.lastExitCode = exitCode;
  return exitCode;
}

function* runByKind(shell: Shell, command: Command): Run {
  switch (command.kind) {
    case 'simple':
      return yield* runSimple(shell, command);
    case 'sequence': {
      let exitCode = 0;
      for (const each of command.commands) exitCode = yield* runCommand(shell, each);
      return exitCode;
    }
    case 'and':
    case 'or': {
      const exitCode = yield* runCommand(shell, command.left);
      return (exitCode === 0) === (command.kind === 'and')
        ? yield* runCommand(shell, command.right)
        : exitCode;
    }
    case 'not':
      return (yield* runCommand(shell, command.command)) === 0 ? 1 : 0;
    case 'pipeline':
      return yield* runPipeline(shell, command.commands);
    case 'while':
      return yield* runWhile(shell, command);
    case 'for':
      return yield* runFor(shell, command);
    case 'if':
      return yield* runIf(shell, command);
    case 'function':
      shell.functions.set(command.name, command.body);
      return 0;
  }
}

function* runIf(shell: Shell, { branches, otherwise }: Command & { kind: 'if' }): Run {
  for (const { condition, body } of branches) {
    if ((yield* runCommand(shell, condition)) === 0) return yield* runCommand(shell, body);
  }
  return otherwise ? yield* runCommand(shell, otherwise) : 0;
}

function* runWhile(shell: Shell, { condition, body, until }: Command & { kind: 'while' }): Run {
  let exitCode = 0;
  for (;;) {
    const waitsBefore = shell.waits;
    if (((yield* runCommand(shell, condition)) === 0) === until) return exitCode;
    const round = yield* runRound(shell, body);
    if (!round.goesOn) return 0;
    exitCode = round.exitCode;
    if (shell.waits === waitsBefore) yield* sleep(shell, BUSY_ROUND_MS);
  }
}

function* runFor(shell: Shell, { variable, words, body }: Command & { kind: 'for' }): Run {
  let exitCode = 0;
  for (const word of yield* expandWords(shell, words, runCommand)) {
    shell.setVariable(variable, word);
    const round = yield* runRound(shell, body);
    if (!round.goesOn) return 0;
    exitCode = round.exitCode;
  }
  return exitCode;
}

function* runRound(shell: Shell, body: Command): Run<{ goesOn: boolean; exitCode: number }> {
  if (++shell.rounds % ROUNDS_AT_ONCE === 0) yield* sleep(shell, BUSY_ROUND_MS);
  try {
    return { goesOn: true, exitCode: yield* runCommand(shell, body) };
  } catch (error) {
    if (error instanceof LoopJump) return { goesOn: error.goesOn, exitCode: 0 };
    throw error;
  }
}

function* runPipeline(shell: Shell, commands: readonly Command[]): Run {
  let input = '';
  for (const command of commands.slice(0, -1)) {
    input = (yield* shell.captured(() => runWithInput(shell, command, input))).text;
  }
  return yield* runWithInput(shell, commands.at(-1)!, input);
}

const runWithInput = (shell: Shell, command: Command, input: string): Run =>
  command.kind === 'simple' ? runSimple(shell, command, input) : runCommand(shell, command);

function* runSimple(shell: Shell, command: SimpleCommand, input = ''): Run {
  for (const assignment of command.assignments) yield* assign(shell, assignment);
  const words = yield* expandWords(shell, command.words, runCommand);
  if (command.redirects.length === 0) return yield* runProgram(shell, words, input);
  return yield* runRedirected(shell, words, command.redirects, input);
}

function* assign(shell: Shell, assignment: Assignment): Run<void> {
  const { name } = assignment;
  if (assignment.kind === 'array')
    shell.setArray(name, yield* expandWords(shell, assignment.elements, runCommand));
  else shell.setVariable(name, yield* expandText(shell, assignment.value, runCommand));
}

function* runRedirected(shell: Shell, words: string[], redirects: readonly Redirect[], given: string): Run {
  const open: OpenRedirect[] = [];
  for (const { operator, from, target } of redirects)
    open.push({ operator, from, target: yield* expandText(shell, target, runCommand) });
  const path = inputFile(open);
  const input = path === undefined ? given : (shell.files.get(path) ?? '');
  const shown = shell.output;
  shell.output = redirectedOutput(shell, open);
  try {
    return yield* runProgram(shell, words, input);
  } finally {
    shell.output = shown;
  }
}

function* runProgram(shell: Shell, words: readonly string[], input: string): Run {
  const [path = ':', ...args] = words;
  const body = shell.functions.get(path);
  if (body) return yield* runFunction(shell, body);
  const name = path.slice(path.lastIndexOf('/') + 1);
  switch (name) {
    case 'sleep':
      return yield* runSleep(shell, args);
    case 'exit':
      throw new ShellExit(exitCodeOf(shell, args));
    case 'return':
      throw new FunctionReturn(exitCodeOf(shell, args));
    case 'break':
    case 'continue':
      throw new LoopJump(name === 'continue');
    case 'exec':
    case 'command':
    case 'nohup':
    case 'time':
      return args.length === 0 ? 0 : yield* runProgram(shell, args, input);
    case 'timeout':
      return yield* runProgram(shell, args.slice(1), input);
    case 'tail':
      return yield* runTail(shell, args, input);
    case 'read':
      return yield* runRead(shell, args);
    case 'sh':
    case 'bash':
    case 'ash':
    case 'dash':
      return yield* runShell(shell, args);
    default:
      return yield* runOther(shell, path, name, args, input);
  }
}

const exitCodeOf = (shell: Shell, [code]: readonly string[]): number =>
  code === undefined ? shell.lastExitCode : (Number.parseInt(code, 10) || 0) & 255;

/** Without arguments of its own. One that calls itself without end fails. */
function* runFunction(shell: Shell, body: Command): Run {
  if (shell.depth >= DEEPEST_CALLS) return 1;
  shell.depth++;
  try {
    return yield* runCommand(shell, body);
  } catch (error) {
    if (error instanceof FunctionReturn) return error.exitCode;
    throw error;
  } finally {
    shell.depth--;
  }
}

function* runOther(shell: Shell, path: string, name: string, args: readonly string[], input: string): Run {
  const builtIn = builtIns.get(name);
  if (builtIn) return yield* runBuiltIn(shell, builtIn, args, input);
  if (quickCommands.has(name)) return 0;
  return yield* unknown(shell, path);
}

// A generator as the others are, so that all commands are run alike.
// biome-ignore lint/correctness/useYield: nothing of a built-in command takes time
function* runBuiltIn(shell: Shell, builtIn: BuiltIn, args: readonly string[], input: string): Run {
  return builtIn(shell, args, input);
}

function* runShell(shell: Shell, args: readonly string[]): Run {
  const flag = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  if (flag >= 0) return yield* runScript(shell, args[flag + 1] ?? '');
  const file = args.find((arg) => !arg.startsWith('-'));
  if (file !== undefined) {
    const script = shell.files.get(file);
    return script === undefined ? yield* unknown(shell, file) : yield* runScript(shell, script);
  }
  for (;;) {
    const line = yield* nextLine(shell);
    if (line === undefined) return shell.lastExitCode;
    shell.lastExitCode = yield* runLine(shell, line);
  }
}

/** A line typed into a shell: a mistake in it does not end the shell. */
function* runLine(shell: Shell, line: string): Run {
  try {
    return yield* runCommand(shell, parseScript(line));
  } catch (error) {
    if (!(error instanceof UnknownSyntax)) throw error;
    shell.output('stderr', `sh: syntax error: ${error.message}\n`);
    return 2;
  }
}

function* runRead(shell: Shell, args: readonly string[]): Run {
  const line = yield* nextLine(shell);
  const name = args.findLast((arg) => !arg.startsWith('-'));
  if (name) shell.setVariable(name, line ?? '');
  return line === undefined ? 1 : 0;
}

function* runSleep(shell: Shell, args: readonly string[]): Run {
  let totalMs = 0;
  for (const arg of args) {
    const ms = durationMs(arg);
    if (ms === undefined) {
      shell.output('stderr', `sleep: invalid number '${arg}'\n`);
      return 1;
    }
    totalMs += ms;
  }
  if (totalMs === Number.POSITIVE_INFINITY) return yield* forever();
  yield* sleep(shell, totalMs);
  return 0;
}

function* unknown(shell: Shell, path: string): Run {
  if (shell.unknownCommands === 'runForever') return yield* forever();
  if (shell.unknownCommands === 'succeed') return 0;
  shell.output('stderr', `sh: ${path}: not found\n`);
  return NOT_FOUND;
}
