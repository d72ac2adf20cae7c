import { cpus, totalmem } from 'node:os';

/** What a node on this machine offers: all of it, and upstream's 110 pods. */
export const hostCapacity = (): Readonly<Record<string, string>> => ({
  cpu: String(cpus().length),
  memory: `${Math.floor(totalmem() / 1024)}Ki`,
  pods: '110',
});
