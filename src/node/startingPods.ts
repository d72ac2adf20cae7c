/** So many pods may start at once, and each of their steps is told at once. */
const CALM = 10;
/** Where more do, one that has started so soon is told of once, as started. */
const BUSY_DELAY_MS = 20;

/** The pods of a node that are on their way: whoever watches one start sees each step, and a rush costs a write less for each. */
export class StartingPods {
  readonly #uids = new Set<string>();

  note(uid: string, isOnItsWay: boolean): void {
    if (isOnItsWay) this.#uids.add(uid);
    else this.#uids.delete(uid);
  }

  /** How long a pod that is on its way may go on before its status is written. */
  get statusDelayMs(): number {
    return this.#uids.size > CALM ? BUSY_DELAY_MS : 0;
  }
}
