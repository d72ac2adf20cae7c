/** Lines (or anything) that one side adds and the other waits for. */
export class LineQueue<T> {
  readonly #items: T[] = [];
  #isClosed = false;
  #waiting: (() => void) | undefined;

  add(item: T): void {
    this.#items.push(item);
    this.#wake();
  }

  /** No more will come. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** The next one; undefined when there will be none. */
  async next(): Promise<T | undefined> {
    while (this.#items.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.#items.shift();
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
