import type { EpochMs } from '../../clock/clock.ts';
import type { Schedule } from '../../resources/cronjob/schedule.ts';

type Fields = Extract<Schedule, { kind: 'fields' }>;

/** A span of time within which a schedule is not due. */
interface Gap {
  readonly from: EpochMs;
  /** Whether `from` is a time at which it was due; else somebody only asked from there. */
  readonly beginsDue: boolean;
  /** When it is due next. */
  readonly to: EpochMs;
}

/** What one look at a CronJob asks about: the gap before its run and the one after it. */
const KEPT = 2;
const MOST_ZONES = 1_000;

/** By zone, the newest first. */
const known = new WeakMap<Fields, Map<string, Gap[]>>();

const gapsOf = (schedule: Fields, timeZone: string): readonly Gap[] =>
  known.get(schedule)?.get(timeZone) ?? [];

const around = (gaps: readonly Gap[], time: EpochMs): Gap | undefined =>
  gaps.find(({ from, to }) => from <= time && time < to);

/** When the schedule is due next after `after`, if that is known. Many CronJobs share a schedule, and all ask in the same moment. */
export const knownNext = (schedule: Fields, timeZone: string, after: EpochMs): EpochMs | undefined =>
  around(gapsOf(schedule, timeZone), after)?.to;

/** When the schedule was due last up to `until`, if that is known. */
export function knownLast(schedule: Fields, timeZone: string, until: EpochMs): EpochMs | undefined {
  const gap = around(gapsOf(schedule, timeZone), until);
  return gap?.beginsDue ? gap.from : undefined;
}

/** The schedule is not due after `from` and before `to`. */
export function rememberGap(schedule: Fields, timeZone: string, gap: Gap): void {
  let zones = known.get(schedule);
  if (!zones || zones.size >= MOST_ZONES) {
    zones = new Map();
    known.set(schedule, zones);
  }
  const others = (zones.get(timeZone) ?? []).filter(({ to }) => to !== gap.to);
  zones.set(timeZone, [gap, ...others].slice(0, KEPT));
}
