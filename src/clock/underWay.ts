/** Work that takes real time, whatever the cluster's clock says: who turns a virtual clock lets it end before time moves. */
export class UnderWay {
  readonly #work = new Set<Promise<unknown>>();

  /** The same work, which is under way until it has settled. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  /** Resolves when what is under way now has settled, one way or the other; undefined when nothing is. */
  ended(): Promise<void> | undefined {
    return this.#work.size > 0 ? Promise.allSettled(this.#work).then(() => {}) : undefined;
  }
}
