import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

let isBuilt = false;

/** Builds the command that the tests start, once for all projects that ask. */
export default function build(): void {
  if (isBuilt) return;
  execFileSync('npm', ['run', 'build'], { cwd: join(import.meta.dirname, '../..'), stdio: 'pipe' });
  isBuilt = true;
}
