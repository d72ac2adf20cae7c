import { StatusError } from '../../apimachinery/errors.ts';
import type { Interceptor, Request } from '../../library/link.ts';
import type { Chance } from '../plan/chance.ts';

export interface Trouble {
  readonly kind: 'refuse' | 'conflict' | 'loseAnswers';
  /** Of the writes, so many of one. */
  readonly share: number;
  readonly chance: Chance;
}

/** What goes wrong with the requests of one part of the cluster while something does. */
export class FaultyRequests implements Interceptor {
  readonly #troubles = new Set<Trouble>();
  #writesLeft = Number.POSITIVE_INFINITY;
  #onLastWrite: () => void = () => {};

  /** Returns how it ends. */
  begin(trouble: Trouble): () => void {
    this.#troubles.add(trouble);
    return () => this.#troubles.delete(trouble);
  }

  /** Calls back right after so many more writes, before their sender hears of the last. */
  countDown(writes: number, onLastWrite: () => void): void {
    this.#writesLeft = writes;
    this.#onLastWrite = onLastWrite;
  }

  before({ verb }: Request): void {
    if (!isWrite(verb)) return;
    if (this.#strikes('refuse')) throw new StatusError('ServiceUnavailable', 'the server is overloaded');
    const canConflict = verb === 'update' || verb === 'patch';
    if (canConflict && this.#strikes('conflict'))
      throw new StatusError('Conflict', 'the object has been modified');
  }

  after({ verb }: Request): void {
    if (!isWrite(verb)) return;
    this.#writesLeft--;
    if (this.#writesLeft === 0) this.#onLastWrite();
    if (this.#strikes('loseAnswers')) throw new StatusError('ServiceUnavailable', 'the connection was lost');
  }

  #strikes(kind: Trouble['kind']): boolean {
    for (const trouble of this.#troubles) {
      if (trouble.kind === kind && trouble.chance.may(trouble.share)) return true;
    }
    return false;
  }
}

const isWrite = (verb: Request['verb']) => verb !== 'get' && verb !== 'list';
