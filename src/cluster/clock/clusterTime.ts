import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Clock, EpochMs } from '../../clock/clock.ts';
import type { SystemClock } from '../../clock/systemClock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { Lease } from '../../generated/types.ts';
import type { Store } from '../../store/store.ts';
import type { DataDirectory } from '../dataDirectory.ts';
import { TurnableClock } from './turnableClock.ts';

/** What a cluster's time goes by. */
export interface ClusterTime {
  readonly clock: Clock;
  /** Present when the clock is a virtual one, which goes only when it is turned. */
  readonly virtual: { readonly clock: VirtualClock; readonly turnable: TurnableClock } | undefined;
}

const FILE = 'clock.json';

export const systemTime = (clock: SystemClock): ClusterTime => ({ clock, virtual: undefined });

/** A virtual clock that goes on where it stood, and never back; one that is new begins at `startTime`, or now. */
export function virtualTime(
  directory: DataDirectory,
  store: Store,
  realTime: SystemClock,
  startTime: EpochMs | undefined,
): ClusterTime {
  const stoodAt = Math.max(savedTime(directory), newestSignOfLife(store));
  const clock = new VirtualClock(stoodAt > 0 ? stoodAt : (startTime ?? realTime.now()));
  const remember = (time: EpochMs) =>
    directory.write(FILE, `${JSON.stringify({ time: new Date(time).toISOString() })}\n`);
  remember(clock.now());
  return { clock, virtual: { clock, turnable: new TurnableClock(clock, realTime, remember) } };
}

function savedTime(directory: DataDirectory): EpochMs {
  const text = directory.read(FILE);
  if (text === undefined) return 0;
  try {
    return Date.parse((JSON.parse(text) as { time: string }).time) || 0;
  } catch {
    throw new Error(
      `Cannot read ${directory.file(FILE)}: it is not JSON. Remove it to go on at the newest object's time`,
    );
  }
}

/** After a crash the store tells how far time had come: by the signs of life of nodes, every ten seconds, and by what was made. */
const newestSignOfLife = (store: Store): EpochMs =>
  store.list('/').items.reduce((newest, { object }) => Math.max(newest, timeOf(object)), 0);

function timeOf(object: KubernetesObject): EpochMs {
  const renewed = object.kind === 'Lease' ? (object as Lease).spec?.renewTime : undefined;
  return Date.parse(renewed ?? object.metadata.creationTimestamp ?? '') || 0;
}
