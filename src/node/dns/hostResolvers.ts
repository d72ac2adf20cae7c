import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Clock, Ms } from '../../clock/clock.ts';

const LOOK_AGAIN_MS = 5_000;

/** The name servers of a `resolv.conf`, but for ourselves: a question must not come back. */
export const serversIn = (text: string, own: string): string[] =>
  [...text.matchAll(/^\s*nameserver[ \t]+(\S+)/gm)]
    .map(([, address = '']) => address)
    .filter((address) => isIP(address.replace(/%.*$/, '')) !== 0 && address !== own);

/** The host's name servers as they are now: a laptop changes them. */
export class HostResolvers {
  readonly #path: string;
  readonly #own: string;
  readonly #clock: Clock;
  #servers: Promise<readonly string[]> | undefined;
  #readAt: Ms = 0;

  constructor(path: string, own: string, clock: Clock) {
    this.#path = path;
    this.#own = own;
    this.#clock = clock;
  }

  servers(): Promise<readonly string[]> {
    const now = this.#clock.elapsed();
    if (!this.#servers || now - this.#readAt > LOOK_AGAIN_MS) {
      this.#readAt = now;
      this.#servers = readFile(this.#path, 'utf8').then(
        (text) => serversIn(text, this.#own),
        () => [],
      );
    }
    return this.#servers;
  }
}
