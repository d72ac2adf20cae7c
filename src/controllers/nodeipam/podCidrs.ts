/** The addresses of a cluster's pods, cut into one range per node, and who has which. */
export class PodCidrs {
  readonly #first: number;
  readonly #count: number;
  readonly #nodeBits: number;
  readonly #byNode = new Map<string, string>();
  readonly #taken = new Set<string>();
  /** No range below this index is free. */
  #lowest = 0;

  /** `10.244.0.0/16` cut into ranges of `/24`. */
  constructor(cluster: string, nodeBits: number) {
    const [address = '', bits = '32'] = cluster.split('/');
    this.#first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    this.#nodeBits = nodeBits;
    this.#count = 2 ** (nodeBits - Number(bits));
  }

  /** Notes that a node has a range. */
  occupy(node: string, range: string): void {
    this.#byNode.set(node, range);
    this.#taken.add(range);
  }

  /** The node's range: the one it has, else the lowest free one, which is its from now on; undefined when all are taken. */
  reserve(node: string): string | undefined {
    const known = this.#byNode.get(node);
    if (known !== undefined) return known;
    while (this.#lowest < this.#count && this.#taken.has(this.#at(this.#lowest))) this.#lowest++;
    if (this.#lowest >= this.#count) return undefined;
    const range = this.#at(this.#lowest);
    this.occupy(node, range);
    return range;
  }

  /** The node is gone: its range is free. */
  release(node: string): void {
    const range = this.#byNode.get(node);
    if (range === undefined) return;
    this.#byNode.delete(node);
    this.#taken.delete(range);
    this.#lowest = 0;
  }

  #at(index: number): string {
    const address = this.#first + index * 2 ** (32 - this.#nodeBits);
    const parts = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
    return `${parts.join('.')}/${this.#nodeBits}`;
  }
}
