import { closeSync, constants, openSync, readSync } from 'node:fs';
import { CONTAINER_EXITED, type ContainerStatusMessage } from './containerMessages.ts';

/** One record of the kernel's log is never longer. */
const RECORD_BYTES = 8192;
const KILLED = 137;
const OOM_KILLED = 'OOMKilled';

/**
 * What the kernel says of the control group of those whom it kills when memory runs out: of a process by itself, and of a group that ends
 * as a whole.
 */
const VICTIMS = /(?:task_memcg=|Tasks in )(\S+)/g;
/** Control groups of containers are called by them, with something before and behind it where systemd makes them. */
const CONTAINER_ID = /[0-9a-f]{64}/g;

/**
 * Knows from the kernel's log which containers ran out of memory. The runtime reads that in a file of the container's control group, which
 * with version 2 of control groups, and all the more where systemd makes them, may be gone as soon as its last process is.
 */
export class OomKills {
  readonly #path: string;
  readonly #victims = new Set<string>();
  /** Undefined until it is first needed; null where the log may not be read. */
  #log: number | null | undefined;

  constructor(path = '/dev/kmsg') {
    this.#path = path;
  }

  /** The status of a container, with this reason for its end if the runtime has missed it. */
  completed(status: ContainerStatusMessage): ContainerStatusMessage {
    const { id, state, exitCode, reason } = status;
    const isKilled = state === CONTAINER_EXITED && exitCode === KILLED && reason !== OOM_KILLED;
    return isKilled && this.#isVictim(id) ? { ...status, reason: OOM_KILLED } : status;
  }

  close(): void {
    if (typeof this.#log === 'number') closeSync(this.#log);
    this.#log = null;
  }

  #isVictim(id: string): boolean {
    if (!this.#victims.has(id)) this.#readOn();
    return this.#victims.has(id);
  }

  /** What was logged since it was last read. */
  #readOn(): void {
    if (this.#log === undefined) this.#log = open(this.#path);
    if (this.#log === null) return;
    const record = Buffer.alloc(RECORD_BYTES);
    for (;;) {
      const length = readRecord(this.#log, record);
      if (length === 0) return;
      for (const [, group = ''] of record.toString('utf8', 0, length).matchAll(VICTIMS))
        for (const [id] of group.matchAll(CONTAINER_ID)) this.#victims.add(id);
    }
  }
}

function open(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** The length of the next record; 0 when there is none yet. */
function readRecord(log: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(log, into);
    } catch (error) {
      // Older records have given way to newer ones meanwhile: the next one is the oldest that is left.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') return 0;
    }
  }
}
