import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Where systemd keeps what it was told of units until the next start of the host. */
const TOLD = '/run/systemd/system.control';

/** What systemd is told of slices: it sets a control group of its own back to what it knows whenever it is reloaded. */
export interface SystemdSlices {
  limitTasks(slice: string, most: number): Promise<void>;
  /** Ends all that is in the slice. Nothing happens where there is none, or no systemd. */
  letGo(slice: string): Promise<void>;
}

export const systemdSlices: SystemdSlices = {
  async limitTasks(slice, most) {
    await run('systemctl', ['set-property', '--runtime', slice, `TasksMax=${most}`]);
  },
  async letGo(slice) {
    await run('systemctl', ['stop', slice]).catch(() => {});
    // It outlives the slice otherwise, one for each pod that there ever was.
    await rm(join(TOLD, `${slice}.d`), { recursive: true, force: true });
  },
};
