import type { Change, World } from '../run/world.ts';

/** Something that must be true in every history. */
export interface PromiseToKeep {
  /** A sentence, as reports show it. */
  readonly name: string;
  /** Begins to watch a world. */
  watch(world: World): Checks;
}

/** Each answers with what was broken, and undefined when nothing was. */
export interface Checks {
  /** The change has just been committed, and the world shows it. */
  afterChange?(change: Change): string | undefined;
  /** Whenever the clock has moved. */
  afterMoment?(): string | undefined;
  /** When all faults are over: what is still to come. It may take a while, but not for ever. */
  stillToCome?(): string | undefined;
}
