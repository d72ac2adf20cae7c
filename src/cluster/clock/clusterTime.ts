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
  return text === undefined ? 0 : Date.parse((JSON.parse(text) as { time: string }).time) || 0;
}

/** Nodes renew their leases every ten seconds: after a crash they tell how far time had come. */
const newestSignOfLife = (store: Store): EpochMs =>
  store
    .list('/coordination.k8s.io/leases/')
    .items.reduce((newest, { object }) => Math.max(newest, renewedAt(object as Lease)), 0);

const renewedAt = ({ spec }: Lease): EpochMs => Date.parse(spec?.renewTime ?? '') || 0;
