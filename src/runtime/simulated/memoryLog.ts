import type { EpochMs } from '../../clock/clock.ts';
import type { LogLine, RuntimeLogOptions } from '../runtime.ts';

const MOST_LINES = 2000;
const MOST_BYTES = 262_144;
const LONGEST_LINE = 16_384;

/** The newest lines of a container's output. */
export class MemoryLog {
  #lines: LogLine[] = [];
  #bytes = 0;
  /** How many lines were dropped from the front. */
  #dropped = 0;
  #isClosed = false;
  readonly #open: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  readonly #followers = new Set<() => void>();

  write(stream: 'stdout' | 'stderr', text: string, time: EpochMs): void {
    const lines = (this.#open[stream] + text).split('\n');
    this.#open[stream] = lines.pop()!.slice(0, LONGEST_LINE);
    for (const line of lines) this.#add({ time, stream, text: Buffer.from(line), partial: false });
    for (const wake of this.#followers) wake();
  }

  /** The container has ended: what does not end with its line is a partial one, as containerd has it. */
  close(time: EpochMs): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = this.#open[stream];
      if (text) this.#add({ time, stream, text: Buffer.from(text), partial: true });
      this.#open[stream] = '';
    }
    this.#isClosed = true;
    for (const wake of this.#followers) wake();
  }

  async *read({ follow, tailLines, since }: RuntimeLogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
    const end = this.#dropped + this.#lines.length;
    let next = tailLines === undefined ? 0 : end - tailLines;
    while (!signal.aborted) {
      next = Math.max(next, this.#dropped);
      const line = this.#lines[next - this.#dropped];
      if (line) {
        next++;
        if (since === undefined || line.time >= since) yield line;
      } else if (!follow || this.#isClosed) return;
      else await this.#more(signal);
    }
  }

  #add(line: LogLine): void {
    this.#lines.push(line);
    this.#bytes += line.text.length;
    if (this.#lines.length <= 2 * MOST_LINES && this.#bytes <= 2 * MOST_BYTES) return;
    this.#dropOldest();
  }

  #dropOldest(): void {
    let first = Math.max(0, this.#lines.length - MOST_LINES);
    for (const line of this.#lines.slice(0, first)) this.#bytes -= line.text.length;
    while (this.#bytes > MOST_BYTES && first < this.#lines.length - 1)
      this.#bytes -= this.#lines[first++]!.text.length;
    this.#lines = this.#lines.slice(first);
    this.#dropped += first;
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#followers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#followers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
