import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { kubectlBinary } from '../../../src/cli/kubectlBinary.ts';
import { busyboxImage } from '../../../src/runtime/cri/testing/imageArchive.ts';
import { Command, type CommandOptions, type Outcome, run } from '../command.ts';
import type { KubectlVersion } from '../kubectl.ts';
import { processesUnder } from '../processesUnder.ts';
import { Recording } from '../recording.ts';
import type { Waiting } from '../waiting.ts';
import type { JoinedProcess, WalkedCluster } from '../walkthrough/walkedCluster.ts';
import { fetching, Host } from './host.ts';
import { Lan, REGISTRY_URL } from './lan.ts';
import type { InsideCommand } from './namespaces.ts';
import { SocketApi } from './socketApi.ts';
import { until } from './until.ts';

const NEWEST: KubectlVersion = 'v1.35.2';
/** Stands for whatever pods are told to run, and ends when it is told to. */
const PATIENT = ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 1000 & wait; done"];
const WAITING = { withinMs: 120_000 };
/** What is killed with its namespaces takes a moment to be gone. */
const SOON = { withinMs: 10_000 };

/** Hosts in a network, a cluster on the first of them, and kubectls beside it. */
export class HostCluster implements WalkedCluster {
  readonly lan: Lan;
  readonly hosts: Host[] = [];
  readonly api: SocketApi;
  readonly #folder: string;
  readonly #agents = new Map<Host, InsideCommand>();
  #proxy: Command | undefined;

  private constructor(folder: string, lan: Lan) {
    this.#folder = folder;
    this.lan = lan;
    this.api = new SocketApi(this.#socket);
  }

  /** The first host, with `sampan up` and that many workers on it; others are added and join. */
  static async start(localWorkers: number): Promise<HostCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'sampan-hosts-'));
    const cluster = new HostCluster(folder, await Lan.start(await imageIn(join(folder, 'image'))));
    try {
      await cluster.addHost('first');
      await cluster.up('--runtime', 'cri', '--nodes', String(localWorkers));
      await cluster.#startProxy();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Brings the cluster up on the first host, or on as it was. */
  async up(...options: string[]): Promise<void> {
    const host = this.hosts[0]!;
    await this.#launch(host, /sampan is ready/, 'up', ...options, '--listen', `${host.address}:6443`);
  }

  /** One more machine, that has not joined yet. */
  async addHost(name: string): Promise<Host> {
    const address = `10.77.0.${this.hosts.length + 1}`;
    const directory = join(this.#folder, name);
    const host = await Host.start({ name, directory, address, registry: REGISTRY_URL });
    this.hosts.push(host);
    await this.lan.connect(host);
    return host;
  }

  /** Makes the host of that name a node by a token; there is such a host afterwards. */
  async join(name: string, hostName = name): Promise<JoinedProcess> {
    const host = this.hosts.find((host) => host.name === hostName) ?? (await this.addHost(hostName));
    const line = await this.hosts[0]!.sampan('token', 'create', '--print-join-command');
    const [, , server, , token, , hash] = line.trim().split(' ') as string[];
    const trust = ['--token', token!, '--discovery-token-ca-cert-hash', hash!];
    const agent = await this.#launch(
      host,
      /is Ready/,
      ...['join', server!, ...trust, '--node-name', name, '--runtime', 'cri'],
    );
    return { stop: (signal = 'SIGTERM') => agent.stop(signal) };
  }

  /** As a service manager starts it again. */
  async joinAgain(host: Host): Promise<void> {
    await this.#launch(host, /is Ready/, 'join');
  }

  /** What a crash or the OOM killer does to the node's process; its pods are not told. */
  async killAgent(host: Host): Promise<void> {
    await this.#agents.get(host)?.stop('SIGKILL');
  }

  /** Runs the newest kubectl, which must succeed, and resolves to what it prints. */
  async ask(...args: string[]): Promise<string> {
    return this.#succeeded(args, await this.kubectl(NEWEST, ...args));
  }

  /** What a web server answers to a pod. */
  fetchIn(pod: string, address: string): Promise<string> {
    return this.ask('exec', pod, '--', ...fetching(address));
  }

  async apply(...objects: object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const args = ['apply', '-f', '-'];
    this.#succeeded(args, await this.kubectlWith({ input }, NEWEST, ...args));
  }

  kubectl(version: KubectlVersion, ...args: string[]): Promise<Outcome> {
    return this.kubectlWith({}, version, ...args);
  }

  async kubectlWith(
    options: CommandOptions & Waiting,
    version: KubectlVersion,
    ...args: string[]
  ): Promise<Outcome> {
    const enter = await this.#kubectlArgs(version, args);
    return run('nsenter', enter, { ...this.#environment(version), ...options }, { ...WAITING, ...options });
  }

  async startKubectl(version: KubectlVersion, ...args: string[]): Promise<Command> {
    return new Command('nsenter', await this.#kubectlArgs(version, args), this.#environment(version));
  }

  /** Records every event of a collection. */
  watchAll(path: string): Promise<Recording> {
    return Recording.start(this.api, path);
  }

  /** Switches everything off. Nothing is left of it on this machine. */
  async stop(): Promise<void> {
    await this.#proxy?.stop('SIGKILL');
    for (const host of this.hosts) await host.stop();
    await this.lan.stop();
    try {
      await until(
        'the hosts have left no process behind',
        async () => commandsUnder(this.#folder) || true,
        SOON,
      );
    } finally {
      rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** The last process of a host is the one that can be killed. */
  async #launch(host: Host, ready: RegExp, ...args: string[]): Promise<InsideCommand> {
    const agent = host.startSampan(...args);
    this.#agents.set(host, agent);
    await agent.command.until(ready);
    return agent;
  }

  async #startProxy(): Promise<void> {
    this.#proxy = await this.startKubectl(NEWEST, 'proxy', '--unix-socket', this.#socket);
    await this.#proxy.until(/Starting to serve/);
    await until('the socket is there', async () => existsSync(this.#socket));
  }

  get #socket(): string {
    return join(this.#folder, 'api.sock');
  }

  async #kubectlArgs(version: KubectlVersion, args: readonly string[]): Promise<string[]> {
    return this.hosts[0]!.namespaces.withNetwork([await kubectlBinary(version), ...args]);
  }

  #succeeded(args: readonly string[], { code, stdout, stderr }: Outcome): string {
    expect(code, `kubectl ${args.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  }

  #environment(version: KubectlVersion) {
    return {
      env: {
        KUBECONFIG: join(this.hosts[0]!.home, '.sampan/admin.kubeconfig'),
        HOME: join(this.#folder, version),
      },
    };
  }
}

/** An image in OCI's layout. */
async function imageIn(folder: string): Promise<string> {
  const archive = await busyboxImage(folder, 'any', PATIENT);
  const { code, stderr } = await run('tar', ['-xf', archive, '-C', folder]);
  expect(code, stderr).toBe(0);
  return folder;
}

/** What still runs there, with its number. */
const commandsUnder = (folder: string): string =>
  processesUnder(folder)
    .map((pid) => `${pid} ${commandOf(pid)}`)
    .join(', ');

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return ''; // it has just ended
  }
}
