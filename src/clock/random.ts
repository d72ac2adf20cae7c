/** The only source of chance. Each part draws from a stream of its own, so a new draw in one shifts no other. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An independent stream: the same name under the same seed gives the same numbers. */
  stream(name: string): Random;
}

/** Deterministic randomness (sfc32, seeded by a hash of the seed and the stream's name). */
export class SeededRandom implements Random {
  readonly #seed: string;
  readonly #state: Uint32Array;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#state = hash128(this.#seed);
    for (let i = 0; i < 12; i++) this.next();
  }

  next(): number {
    const s = this.#state;
    const t = (s[0]! + s[1]! + s[3]!) | 0;
    s[3] = s[3]! + 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = s[2]! + (s[2]! << 3);
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + t;
    return (t >>> 0) / 4_294_967_296;
  }

  stream(name: string): Random {
    return new SeededRandom(`${this.#seed}/${name}`);
  }
}

/** Unpredictable randomness, for production. */
export const systemRandom: Random = {
  next: () => Math.random(),
  stream: () => systemRandom,
};

/** A version 4 UUID. */
export function uuid(random: Random): string {
  const hex = () =>
    Math.floor(random.next() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  const [a, b, c, d] = [hex(), hex(), hex(), hex()];
  const variant = '89ab'[parseInt(c[0]!, 16) & 3];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

/** No vowels and no 0, 1 or 3, so that no word and no look-alike appears (`k8s.io/apimachinery/pkg/util/rand`). */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** The random end of a generated name, five letters unless told otherwise. */
export const nameSuffix = (random: Random, length = 5): string =>
  Array.from({ length }, () => SUFFIX_LETTERS[Math.floor(random.next() * SUFFIX_LETTERS.length)]).join('');

function hash128(text: string): Uint32Array {
  const state = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef]);
  for (let i = 0; i < text.length; i++) {
    const lane = i & 3;
    state[lane] =
      Math.imul(state[lane]! ^ text.charCodeAt(i), 0x01000193 + lane * 2) ^ (state[(lane + 3) & 3]! >>> 7);
  }
  return state;
}
