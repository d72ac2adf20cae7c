import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Processes whose working directory or command line lies in that folder: what a cluster may have left behind (Linux). */
export function processesUnder(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => belongsTo(folder, pid))
    .map(Number);
}

function belongsTo(folder: string, pid: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ||
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
    );
  } catch {
    return false; // it ended while we looked, or is somebody else's
  }
}
