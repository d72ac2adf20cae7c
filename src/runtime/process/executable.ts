import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** What a container finds its programs by unless its environment says otherwise, as container runtimes set it. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A command cannot be run. The message is what containerd says when it is a container's own. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** What runc says of the command: `exec: "x": executable file not found in $PATH`. */
  readonly detail: string;

  constructor(detail: string) {
    super(
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
        `unable to start container process: error during container init: ${detail}`,
    );
    this.detail = detail;
  }
}

/** The program's file, looked up as `execvp` would in the container. Throws `StartError`. */
export function findExecutable(name: string, directory: string, path: string): string {
  if (name.includes('/')) {
    const file = resolve(directory, name);
    if (isExecutable(file)) return file;
    throw new StartError(`exec: "${name}": stat ${name}: no such file or directory`);
  }
  for (const folder of path.split(':')) {
    const file = resolve(directory, folder || '.', name);
    if (isExecutable(file)) return file;
  }
  throw new StartError(`exec: "${name}": executable file not found in $PATH`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
