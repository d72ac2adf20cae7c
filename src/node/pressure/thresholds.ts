import { MEANINGS, type Observation, type PressureType, type Signal } from './signals.ts';

/** How little of something is too little. */
export interface Threshold {
  readonly signal: Signal;
  /** In bytes or pieces. */
  least(capacity: number): number;
}

const share = (fraction: number) => (capacity: number) => Math.floor(capacity * fraction);
const MEBIBYTE = 2 ** 20;

/**
 * The kubelet's hard thresholds, but that a disk may be filled to 95 % and not only to 90 (85 with images): on the large disks of today that
 * is much room, and a machine that others use as well is often that full (k3s has 5 % for that).
 */
export const HARD_THRESHOLDS: readonly Threshold[] = [
  { signal: 'memory.available', least: () => 100 * MEBIBYTE },
  { signal: 'nodefs.available', least: share(0.05) },
  { signal: 'nodefs.inodesFree', least: share(0.05) },
  { signal: 'imagefs.available', least: share(0.05) },
];

/** A threshold that is met. */
export interface Shortage {
  readonly signal: Signal;
  readonly available: number;
  readonly least: number;
}

/** What is short, that which is most urgent first: memory, as upstream. */
export function shortagesIn(
  observations: readonly Observation[],
  thresholds: readonly Threshold[],
): readonly Shortage[] {
  return thresholds.flatMap(({ signal, least }) => {
    const observation = observations.find((each) => each.signal === signal);
    if (!observation) return [];
    const { available, capacity } = observation;
    return available < least(capacity) ? [{ signal, available, least: least(capacity) }] : [];
  });
}

export const pressureOf = ({ signal }: Shortage): PressureType => MEANINGS[signal].pressure;
export const resourceOf = ({ signal }: Shortage): string => MEANINGS[signal].resource;
