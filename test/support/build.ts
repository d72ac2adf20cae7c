import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

let isBuilt = false;

/** Builds the command that the tests start, once for all projects that ask. */
export default function build(): void {
  if (isBuilt) return;
  const cwd = join(import.meta.dirname, '../..');
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Cannot build sampan:\n${stdout}${stderr}`);
  isBuilt = true;
}
