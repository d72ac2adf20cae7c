import { readFileSync, statfsSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** What a node on this machine offers: all of it, and upstream's 110 pods. */
export const hostCapacity = (): Readonly<Record<string, string>> => ({
  cpu: String(cpus().length),
  'ephemeral-storage': `${diskKib()}Ki`,
  memory: `${Math.floor(totalmem() / 1024)}Ki`,
  pods: '110',
});

/** What `kubectl get nodes -o wide` tells of the machine. */
export const hostSystem = () => ({ osImage: osName(), kernelVersion: release() });

function diskKib(): number {
  const { blocks, bsize } = statfsSync('/');
  return Math.floor((blocks * bsize) / 1024);
}

/** `PRETTY_NAME` of /etc/os-release, where there is one. */
function osName(): string {
  try {
    return (
      /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
    );
  } catch {
    return process.platform;
  }
}
