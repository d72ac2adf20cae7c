/**
 * Who has to look at an object a second time, because it has changed since: of those who may (`reinvocationPolicy: IfNeeded`), and who had
 * looked at it before.
 */
export class Reinvocation<T> {
  readonly #asked = new Set<T>();
  readonly #again = new Set<T>();

  /** Has looked, and may look again. */
  noteAsked(each: T): void {
    this.#asked.add(each);
  }

  noteChange(): void {
    for (const each of this.#asked) this.#again.add(each);
    this.#asked.clear();
  }

  isDue(each: T): boolean {
    return this.#again.has(each);
  }
}
