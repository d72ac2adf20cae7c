import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Whether there is an etcd to test with. */
export function hasEtcd(): boolean {
  try {
    execFileSync('etcd', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A real etcd of one member on loopback, with its data in a temporary folder. */
export class EtcdServer {
  readonly endpoint: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'sampan-etcd-'));
  readonly #peer: string;
  readonly #process: ChildProcess;

  private constructor(clientPort: number, peerPort: number) {
    this.endpoint = `http://127.0.0.1:${clientPort}`;
    this.#peer = `http://127.0.0.1:${peerPort}`;
    this.#process = spawn('etcd', this.#arguments(), { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** Resolves when it serves. */
  static async start(): Promise<EtcdServer> {
    const server = new EtcdServer(await freePort(), await freePort());
    const lines = createInterface({ input: server.#process.stderr! });
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => line.includes('ready to serve client requests') && resolve());
      server.#process.on('exit', () => reject(new Error('etcd ended before it served')));
    });
    return server;
  }

  async remove(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }

  #arguments(): string[] {
    const own = ['--data-dir', this.#folder, '--name', 'test', '--initial-cluster', `test=${this.#peer}`];
    const client = ['--listen-client-urls', this.endpoint, '--advertise-client-urls', this.endpoint];
    const peer = ['--listen-peer-urls', this.#peer, '--initial-advertise-peer-urls', this.#peer];
    return [...own, ...client, ...peer];
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
