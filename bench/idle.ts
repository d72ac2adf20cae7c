import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { report } from './support/report.ts';
import { startServer } from './support/server.ts';

const SETTLE_MS = 10_000;
const MEASURE_MS = 30_000;
/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** What a cluster of a master and three nodes costs while nothing happens. */
export async function benchIdle(): Promise<void> {
  await using server = await startServer();
  await sleep(SETTLE_MS);
  const before = processorMs(server.pid);
  await sleep(MEASURE_MS);
  const percent = (100 * (processorMs(server.pid) - before)) / MEASURE_MS;
  report('idle memory (RSS)', 'MB', [rssMb(server.pid)]);
  report('idle processor, of one core', '%', [percent]);
}

export const rssMb = (pid: number): number =>
  (Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;

function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
