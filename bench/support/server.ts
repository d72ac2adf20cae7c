import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Api } from './api.ts';

const command = join(import.meta.dirname, '../../bin/sampan.js');

/** A sampan of its own for one measurement, in a process of its own, on a data directory that goes away with it. */
export interface Server extends AsyncDisposable {
  readonly api: Api;
  readonly pid: number;
  /** When its process was started, on `performance.now()`. */
  readonly launchedAt: number;
}

export async function startServer(...args: string[]): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'sampan-bench-'));
  const dataDir = join(folder, 'data');
  const launchedAt = performance.now();
  const child = spawn(
    process.execPath,
    [command, 'up', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--runtime', 'simulated', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => line.startsWith('export KUBECONFIG=') && resolve());
    void exited.then(() => reject(new Error('sampan ended before it was ready')));
  });
  return {
    api: new Api(readFileSync(join(dataDir, 'admin.kubeconfig'), 'utf8')),
    pid: child.pid!,
    launchedAt,
    async [Symbol.asyncDispose]() {
      // What it holds is not wanted any more: no grace for pods.
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
