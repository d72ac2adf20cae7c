import type { Revision } from '../store.ts';
import type { Row } from './sqliteFile.ts';

/** What the thread is asked to do. It answers every request with one `Reply`, in order. */
export type Request =
  | { kind: 'append'; rows: readonly Row[] }
  | { kind: 'compact'; revision: Revision; obsolete: readonly Revision[] }
  | { kind: 'close' };

/** `problem` says why the request failed; `isFull` that nothing of it was done, for want of room. */
export interface Reply {
  readonly kind: 'reply';
  readonly problem?: string;
  readonly isFull?: boolean;
}

/** What the thread says before it takes requests: that the file is open, its rows in pieces, and that these were all; or why not. */
export type Opening =
  | { kind: 'opened'; compactedRevision: Revision }
  | { kind: 'rows'; rows: readonly Row[] }
  | { kind: 'ready' }
  | { kind: 'refused'; problem: string };
