/**
 * Gives out the addresses of a node's pod range one after the other and then from the beginning, as CNI's `host-local` does: one that has
 * just been given back is not soon another's. The first two are the network's and the bridge's.
 */
export class PodAddresses {
  readonly #first: number;
  readonly #last: number;
  readonly #owners = new Map<number, string>();
  readonly #held = new Map<string, number>();
  /** The one after that which was given out last. */
  #next: number;

  /** Throws when `cidr` is no IPv4 range such as `10.244.1.0/24`. */
  constructor(cidr: string) {
    const [network = '', bits = ''] = cidr.split('/');
    const base = toNumber(network);
    const size = 2 ** (32 - Number(bits));
    if (base === undefined || !(size >= 4))
      throw new Error(`Cannot give out pod addresses: "${cidr}" is no IPv4 range`);
    this.#first = base + 2;
    this.#last = base + size - 2;
    this.#next = this.#first;
  }

  /** The owner's address: the one that it holds, or the next free one. Throws when none is left. */
  allocate(owner: string): string {
    const held = this.#held.get(owner);
    if (held !== undefined) return toText(held);
    const size = this.#last - this.#first + 1;
    if (this.#owners.size >= size) throw new Error('no IP addresses available in range set');
    let address = this.#next;
    while (this.#owners.has(address)) address = this.#after(address);
    this.#hold(owner, address);
    this.#next = this.#after(address);
    return toText(address);
  }

  /** Sets aside the address that a pod has from before a restart, if it is free. */
  reserve(owner: string, text: string): void {
    const address = toNumber(text);
    if (address === undefined || address < this.#first || address > this.#last || this.#owners.has(address))
      return;
    this.#hold(owner, address);
  }

  release(owner: string): void {
    const address = this.#held.get(owner);
    if (address === undefined) return;
    this.#held.delete(owner);
    this.#owners.delete(address);
  }

  #after(address: number): number {
    return address < this.#last ? address + 1 : this.#first;
  }

  #hold(owner: string, address: number): void {
    this.#owners.set(address, owner);
    this.#held.set(owner, address);
  }
}

function toNumber(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || !parts.every((part) => part >= 0 && part <= 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

const toText = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
