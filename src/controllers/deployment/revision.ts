/** Which template of a Deployment this is: an int64 upstream, of which a number would lose the last digits. */
export type Revision = bigint;

const INTEGER = /^[+-]?\d+$/;
const MAX = 2n ** 63n - 1n;

/** Reads an annotation; undefined when there is none, or it holds no int64. */
export function parseRevision(text: string | undefined): Revision | undefined {
  if (text === undefined || !INTEGER.test(text)) return undefined;
  const revision = BigInt(text);
  return revision >= -MAX - 1n && revision <= MAX ? revision : undefined;
}

export const compareRevisions = (a: Revision, b: Revision): number => (a < b ? -1 : a > b ? 1 : 0);

/** The one after all of these. */
export const nextRevision = (revisions: readonly Revision[]): Revision => 1n + highest([0n, ...revisions]);

/** Of one at least. */
export const highest = (revisions: readonly Revision[]): Revision =>
  revisions.toSorted(compareRevisions).at(-1)!;
