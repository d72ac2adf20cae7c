import type { Readable } from 'node:stream';
import type { Cancel } from '../../clock/clock.ts';
import type { Peer } from '../authentication/peer.ts';

/** A request as the handler sees it, whatever protocol brought it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What the connection proved of its other end. */
  readonly peer: Peer;
  /** The whole body, at most `maxBytes` of it. Rejects with 413. */
  body(maxBytes: number): Promise<Uint8Array>;
  /** The body as it comes, in the place of `body`; undefined when there is none. */
  bodyStream(): Readable | undefined;
  /** Calls back when the client has the whole answer, or is gone. */
  onClose(callback: () => void): void;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Everything at once. */
  readonly body?: string | Uint8Array;
  /** Or bit by bit, until the sink is ended or the client is gone: then what this returns is called. */
  readonly stream?: (sink: Sink) => Cancel;
}

/** Where a streamed body goes. */
export interface Sink {
  write(bytes: Uint8Array): void;
  end(): void;
  /** Breaks off, so that nobody takes what there was for the whole. Absent where there is no such thing. */
  abort?(): void;
  /** How many bytes wait for a slow client. */
  readonly waitingBytes: number;
  /** Calls back when the client has taken everything. */
  whenDrained(): Promise<void>;
}

/** A header that may be given once. */
export function header({ headers }: Pick<HttpRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
