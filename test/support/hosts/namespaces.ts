import { readFileSync } from 'node:fs';
import { Command, type CommandOptions, type Outcome, run } from '../command.ts';
import { type Waiting, within } from '../waiting.ts';

/** What a machine of a test has apart from the others: processes, files, network, name. */
const APART = ['--pid', '--mount', '--net', '--uts', '--ipc'];
/** Whoever runs on is looked after by the first process, as an init does. */
const STAY = 'echo ready; while :; do sleep 1000 & wait; done';

/** Namespaces that last until they are stopped, with everything in them. Nothing of them is seen outside. */
export class Namespaces {
  readonly #holder: Command;
  readonly #init: number;

  private constructor(holder: Command, init: number) {
    this.#holder = holder;
    this.#init = init;
  }

  /** Resolves when the script has prepared them. It is bash; its arguments are `$1` and so on. */
  static async start(script: string, ...args: string[]): Promise<Namespaces> {
    const bash = ['bash', '-c', `set -e\n${script}\n${STAY}`, 'bash', ...args];
    const isolated = ['--fork', '--kill-child', '--propagation', 'private', '--mount-proc'];
    // Also when the test is killed nothing goes on.
    const mortal = ['--pdeathsig', 'KILL', 'unshare'];
    const holder = new Command('setpriv', [...mortal, ...APART, ...isolated, ...bash]);
    await holder.until(/ready\n/);
    return new Namespaces(holder, childOf(holder.pid));
  }

  /** The process whose namespaces these are, as it is seen from outside. */
  get pid(): number {
    return this.#init;
  }

  /** Where a file of theirs is seen from outside. */
  path(path: string): string {
    return `/proc/${this.#init}/root${path}`;
  }

  /** Runs a command in them to its end. It has no input unless given. */
  run(command: readonly string[], options: CommandOptions & Waiting = {}): Promise<Outcome> {
    return run('nsenter', this.#enter(APART, command), options, options);
  }

  /** Starts a command in them. */
  start(command: readonly string[], options: CommandOptions = {}): InsideCommand {
    return new InsideCommand(new Command('nsenter', this.#enter(APART, command), options));
  }

  /** The arguments of `nsenter` by which a command of this machine uses their network. */
  withNetwork(command: readonly string[]): string[] {
    return this.#enter(['--net'], command);
  }

  /** Ends everything in them. The first process is done with when the last one is. */
  async stop(): Promise<void> {
    signalChild(this.#holder.pid, 'SIGKILL');
    await within(this.#holder.exited, () => 'a machine to be off');
  }

  #enter(namespaces: readonly string[], command: readonly string[]): string[] {
    return ['--target', String(this.#init), ...namespaces, '--', ...command];
  }
}

/** A command that runs in namespaces. Signals are for it, not for who has let it in. */
export class InsideCommand {
  readonly command: Command;

  constructor(command: Command) {
    this.command = command;
  }

  async stop(signal: NodeJS.Signals, waiting?: Waiting): Promise<Outcome> {
    signalChild(this.command.pid, signal);
    return within(this.command.exited, () => `a command to end after ${signal}`, waiting);
  }
}

function signalChild(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(childOf(pid), signal);
  } catch {
    // It has ended.
  }
}

/** Throws when there is none: 0 would stand for this process and all around it. */
function childOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (!child) throw new Error(`Process ${pid} has no child`);
  return Number(child);
}
