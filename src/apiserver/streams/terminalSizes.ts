import type { TerminalSize } from '../../apimachinery/remoteCommand.ts';

/** Characters of a message that is not complete yet. Real ones have about 30. */
const MAX_PENDING = 1_024;

/** The sizes of a client's terminal: whoever is slow to iterate sees only the latest. */
export class TerminalSizes implements AsyncIterable<TerminalSize> {
  #latest: TerminalSize | undefined;
  #ended = false;
  #pending = '';
  #wake: () => void = () => {};

  /** Reads messages (`{"Width":80,"Height":24}`) in whatever pieces they come. What is no size is passed over. */
  receive(bytes: Buffer): void {
    this.#pending += bytes.toString();
    const end = this.#pending.lastIndexOf('}') + 1;
    for (const [message] of this.#pending.slice(0, end).matchAll(/\{[^{}]*\}/g)) this.#accept(message);
    this.#pending = this.#pending.slice(end).slice(0, MAX_PENDING);
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TerminalSize> {
    for (;;) {
      const size = this.#latest;
      this.#latest = undefined;
      if (size) yield size;
      else if (this.#ended) return;
      else await new Promise<void>((wake) => (this.#wake = wake));
    }
  }

  #accept(message: string): void {
    const size = parseSize(message);
    if (!size) return;
    this.#latest = size;
    this.#wake();
  }
}

export const encodeTerminalSize = ({ width, height }: TerminalSize): Buffer =>
  Buffer.from(`${JSON.stringify({ Width: width, Height: height })}\n`);

function parseSize(message: string): TerminalSize | undefined {
  try {
    const { Width: width, Height: height } = JSON.parse(message);
    return isUint16(width) && isUint16(height) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

const isUint16 = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
