/**
 * Where a store's keys lie in etcd: all under one root. One of them is the marker, which every write touches: its revision is that
 * of the newest change, also after a deletion, which leaves nothing else behind to ask for.
 */
export class Keyspace {
  readonly #root: string;
  readonly marker: string;
  /** The first key behind all of the store's. */
  readonly end: string;

  /** The root looks like `/sampan`. */
  constructor(root: string) {
    this.#root = root;
    this.marker = `${root}/`;
    // '0' is what follows '/'.
    this.end = `${root}0`;
  }

  /** The marker sorts before every other key. */
  get start(): string {
    return this.marker;
  }

  toEtcd(key: string): string {
    return this.#root + key;
  }

  fromEtcd(key: string): string {
    return key.slice(this.#root.length);
  }
}
