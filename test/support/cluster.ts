import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { delay } from '../../src/clock/clock.ts';
import { Api } from './api.ts';
import { Command, type CommandOptions, type Outcome, run } from './command.ts';
import { type KubectlHome, type KubectlVersion, runKubectl, startKubectl } from './kubectl.ts';
import { processesUnder } from './processesUnder.ts';
import { Recording } from './recording.ts';
import { accessOf } from './serverAccess.ts';
import { clock, type Waiting } from './waiting.ts';

export type RuntimeName = 'simulated' | 'process' | 'cri';

export interface TestClusterOptions {
  /** `simulated` unless given. */
  readonly runtime?: RuntimeName;
  /** Three unless given. */
  readonly nodes?: number;
  /** More of the command line of `sampan up`. */
  readonly more?: readonly string[];
  /** Whether its process can be looked into: at its `inspector`. */
  readonly inspected?: boolean;
}

const sampan = join(import.meta.dirname, '../../bin/sampan.js');
const INSPECTOR = /Debugger listening on (ws:\S+)/;
const READY = /sampan is ready in [\d.]+ s at (\S+)\n[\s\S]*export KUBECONFIG=(\S+)\n/;

/** The built command as a user starts it, in a process of its own with a data directory of its own. */
export class TestCluster {
  readonly dataDir: string;
  readonly #folder: string;
  readonly #options: TestClusterOptions;
  readonly #apis: Api[] = [];
  readonly #companions: Command[] = [];
  #server!: Command;
  #url = 'https://127.0.0.1:0';
  #api!: Api;

  private constructor(options: TestClusterOptions) {
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'sampan-test-'));
    this.dataDir = join(this.#folder, 'data');
  }

  static async start(options: TestClusterOptions = {}): Promise<TestCluster> {
    const cluster = new TestCluster(options);
    try {
      await cluster.restart();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get url(): string {
    return this.#url;
  }

  get kubeconfig(): string {
    return join(this.dataDir, 'admin.kubeconfig');
  }

  get pid(): number {
    return this.#server.pid;
  }

  /** Everything that the server has printed. */
  get output(): string {
    return this.#server.stdout;
  }

  /** Where its process is looked into, if it was started `inspected`. */
  get inspector(): string {
    const [, url] = INSPECTOR.exec(this.#server.stderr) ?? [];
    if (!url) throw new Error(`The server has no inspector: ${this.#server.stderr}`);
    return url;
  }

  /** As the administrator. */
  get api(): Api {
    return this.#api;
  }

  /** Starts the command, again on the same port if it ran before. Resolves when it says that it is ready. */
  async restart(): Promise<void> {
    this.#server = this.#launch();
    const [, url] = await this.#server.until(READY);
    this.#url = url!;
    this.#api = new Api(accessOf(this.kubeconfig));
    this.#apis.push(this.#api);
  }

  /** Starts the command and sends SIGKILL before it can be ready, or a moment after. */
  async killWhileItStarts(afterMs: number): Promise<void> {
    this.#server = this.#launch();
    await delay(clock, afterMs);
    await this.#server.stop('SIGKILL');
  }

  /** Runs `sampan …` beside the cluster. */
  sampan(...args: string[]): Promise<Outcome> {
    return run(process.execPath, [sampan, ...args], { cwd: this.#folder });
  }

  /** Starts `sampan …` beside the cluster. It ends with the cluster at the latest. */
  startSampan(...args: string[]): Command {
    const companion = new Command(process.execPath, [sampan, ...args], { cwd: this.#folder });
    this.#companions.push(companion);
    return companion;
  }

  /** Starts a node with the very command that the cluster prints. It ends with the cluster at the latest. */
  async join(nodeName: string): Promise<Command> {
    const dataDir = ['--data-dir', this.dataDir];
    const { stdout, stderr } = await this.sampan('token', 'create', ...dataDir, '--print-join-command');
    const [program, ...args] = stdout.trim().split(/\s+/);
    if (program !== 'sampan') throw new Error(`No command to join by: ${stdout}${stderr}`);
    const runtime = this.#options.runtime ?? 'simulated';
    const more = ['--node-name', nodeName, '--runtime', runtime, '--data-dir', nodeName];
    return this.startSampan(...args, ...more);
  }

  kubectl(version: KubectlVersion, ...args: string[]): Promise<Outcome> {
    return runKubectl(this.#kubectlHome(version), version, args, { cwd: this.#folder });
  }

  kubectlWith(
    options: CommandOptions & Waiting,
    version: KubectlVersion,
    ...args: string[]
  ): Promise<Outcome> {
    return runKubectl(this.#kubectlHome(version), version, args, { cwd: this.#folder, ...options });
  }

  startKubectl(version: KubectlVersion, ...args: string[]): Promise<Command> {
    return startKubectl(this.#kubectlHome(version), version, args, { cwd: this.#folder });
  }

  /** Records every event of a collection, from the objects that are there now. */
  watchAll(path: string): Promise<Recording> {
    return Recording.start(this.#api, path);
  }

  /** SIGKILL: no chance to say goodbye. */
  async kill9(): Promise<void> {
    await this.#server.stop('SIGKILL');
    this.#api.close();
  }

  /** Stops it as Ctrl-C does. */
  interrupt(): Promise<Outcome> {
    return this.#server.stop('SIGINT');
  }

  /** Ends everything that it started and removes its folder. Fails if an orderly stop left a process behind. */
  async stop(): Promise<void> {
    for (const api of this.#apis) api.close();
    await Promise.all(
      this.#companions.map((companion) => companion.stop('SIGTERM').catch(() => companion.stop('SIGKILL'))),
    );
    const outcome = await this.#server.stop('SIGTERM').catch((error: Error) => error);
    const left = processesUnder(this.#folder);
    for (const pid of left) killQuietly(pid);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
    if (outcome instanceof Error) throw outcome;
    if (outcome.code === 0 && left.length > 0) {
      throw new Error(`The cluster left processes behind: ${left.join(' ')}`);
    }
  }

  #launch(): Command {
    const { runtime = 'simulated', nodes = 3, more = [], inspected } = this.#options;
    const node = inspected ? ['--inspect=127.0.0.1:0'] : [];
    const listen = new URL(this.#url).host;
    const options = ['--runtime', runtime, '--nodes', String(nodes), '--listen', listen, ...more];
    return new Command(process.execPath, [...node, sampan, 'up', '--data-dir', this.dataDir, ...options], {
      cwd: this.#folder,
    });
  }

  /** Each version keeps its own caches: what one has discovered is not what another would. */
  #kubectlHome(version: KubectlVersion): KubectlHome {
    return { kubeconfig: this.kubeconfig, home: join(this.#folder, version) };
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
