import { createHash } from 'node:crypto';

/** Of all chains that nodes make for services. A name has 28 characters at most. */
const PREFIX = 'SAMPAN-';
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** So many characters that stand for a text. */
export function shortHash(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length }, (_, index) => ALPHABET[digest[index]! % ALPHABET.length]).join('');
}

/** By what rules are known again. */
export interface Signs {
  /** What the names of chains begin with. */
  readonly prefix: string;
  /** The comment on what leads from the kernel's chains to those, or its beginning. */
  readonly mark: string;
}

/** Of all rules for services on a host where pods use that bridge. */
export const signsOfBridge = (bridge: string): Signs => ({
  prefix: PREFIX + shortHash(bridge, 3),
  mark: `sampan:${bridge}:services`,
});

/** Of those for one cluster. */
export function signsOfCluster(bridge: string, cluster: string): Signs {
  const { prefix, mark } = signsOfBridge(bridge);
  const hash = shortHash(cluster, 3);
  return { prefix: `${prefix}${hash}-`, mark: `${mark}:${hash}` };
}
