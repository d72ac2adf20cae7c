import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where a cluster keeps what must outlive its process. Folders are for their owner alone. */
export class DataDirectory {
  readonly path: string;

  /** Names the folder. It is made when something is first written there. */
  constructor(path: string) {
    this.path = resolve(path);
  }

  /** Makes the folder if it is not there. */
  create(): this {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    return this;
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  get kubeconfig(): string {
    return this.file('admin.kubeconfig');
  }

  get store(): string {
    return this.file('store.db');
  }

  get log(): string {
    return this.file('sampan.log');
  }

  /** Says which process serves the cluster and where; there while one does. */
  get runningFile(): string {
    return this.file('running.json');
  }

  read(...names: string[]): string | undefined {
    const path = this.file(...names);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  /** Writes a whole file or nothing, readable by its owner only: most of what lies here is a key or leads to one. */
  write(name: string, text: string): void {
    const path = this.file(name);
    const draft = `${path}.${process.pid}.new`;
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(draft, text, { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  }

  remove(name: string): void {
    rmSync(this.file(name), { force: true });
  }
}
