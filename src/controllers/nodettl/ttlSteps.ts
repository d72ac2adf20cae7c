/** How long nodes may remember objects in clusters of some sizes. A cluster is in a step until it leaves its range, which overlap. */
interface TtlStep {
  readonly least: number;
  readonly most: number;
  readonly seconds: number;
}

/** As upstream has them. */
const STEPS: readonly TtlStep[] = [
  { least: 0, most: 100, seconds: 0 },
  { least: 90, most: 500, seconds: 15 },
  { least: 450, most: 1000, seconds: 30 },
  { least: 900, most: 2000, seconds: 60 },
  { least: 1800, most: Number.POSITIVE_INFINITY, seconds: 300 },
];

/** The step that a cluster of so many nodes comes to from the one that it was in. */
export function stepFor(nodes: number, before: number): number {
  let step = before;
  while (nodes > STEPS[step]!.most) step++;
  while (nodes < STEPS[step]!.least) step--;
  return step;
}

export const secondsOf = (step: number): number => STEPS[step]!.seconds;
