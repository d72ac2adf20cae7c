import type { EpochMs } from '../../clock/clock.ts';
import { parseDuration } from '../../clock/duration.ts';
import type { CronJob, ObjectMeta } from '../../generated/types.ts';
import {
  type AnnotationRule,
  annotationWarnings,
  DURATION,
  isDuration,
  isSwitch,
  SWITCH,
} from '../annotationRules.ts';
import { NOTIFY_RULES } from '../notifyAnnotations.ts';
import { parseExtendedSchedule } from './extendedSchedule.ts';
import { type ParsedSchedule, parseSchedule } from './schedule.ts';

// What a CronJob may ask for beyond Kubernetes. Without these annotations nothing changes.

const SCHEDULES = 'sampan.dev/schedules';
const JITTER = 'sampan.dev/jitter';
const CATCH_UP = 'sampan.dev/catch-up';
const MISSED_LIMIT = 'sampan.dev/missed-limit';
const DST = 'sampan.dev/dst';
const SCHEDULED_TIME_ENV = 'sampan.dev/scheduled-time-env';
const DROP_FAILED = 'sampan.dev/drop-failed-after-success';

const ON_SCHEDULE_EDIT = 'sampan.dev/on-schedule-edit';
/** Also on the job of such a run, with the value that asked for it. */
export const RUN_NOW = 'sampan.dev/run-now';
/** Also on the jobs that make up for a time of the range. */
export const BACKFILL = 'sampan.dev/backfill';
const BACKFILL_PARALLELISM = 'sampan.dev/backfill-parallelism';
const EXTENDED = 'sampan.dev/extended-schedule';

const COUNT = /^[1-9]\d{0,5}$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

const annotation = ({ metadata }: CronJob, name: string): string | undefined => metadata.annotations?.[name];

const listOf = (text: string): string[] =>
  text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean);

/** `sampan.dev/extended-schedule: "true"`: seconds, last days and nth weekdays in schedules (website#10170, #121088). */
export const isExtended = ({ metadata }: Pick<CronJob, 'metadata'>): boolean =>
  metadata.annotations?.[EXTENDED] === 'true';

/** Reads a schedule in the syntax that the CronJob wants. */
export const parseScheduleOf = (cronJob: Pick<CronJob, 'metadata'>, text: string): ParsedSchedule =>
  isExtended(cronJob) ? parseExtendedSchedule(text) : parseSchedule(text);

const areSchedules = (text: string, metadata: ObjectMeta) =>
  listOf(text).length > 0 && listOf(text).every((part) => 'schedule' in parseScheduleOf({ metadata }, part));

/** `sampan.dev/schedules: "0 9 * * 1-5; 0 12 * * 6"`: more schedules beside `spec.schedule` (#96283). */
export function moreSchedules(cronJob: CronJob): readonly string[] {
  const text = annotation(cronJob, SCHEDULES);
  return text !== undefined && areSchedules(text, cronJob.metadata) ? listOf(text) : [];
}

/** `sampan.dev/jitter: 30s`: each run starts up to so much later, always as much for the same run (#91652). */
export const jitterMs = (cronJob: CronJob): number => parseDuration(annotation(cronJob, JITTER) ?? '0') ?? 0;

/** `sampan.dev/catch-up: all`, or a number: so many missed runs are made up for, in their order (#79995). */
export function catchUpLimit(cronJob: CronJob): number | undefined {
  const text = annotation(cronJob, CATCH_UP);
  if (text === 'all') return Number.POSITIVE_INFINITY;
  return text !== undefined && COUNT.test(text) ? Number(text) : undefined;
}

/** `sampan.dev/missed-limit: "1000"`: how many missed runs are not worth a warning (#83642). */
export function missedLimit(cronJob: CronJob, usual: number): number {
  const text = annotation(cronJob, MISSED_LIMIT);
  return text !== undefined && COUNT.test(text) ? Number(text) : usual;
}

/** `sampan.dev/dst: once`: an hour that comes twice has its runs once, the first time (#121594). */
export const runsOnceInRepeatedHour = (cronJob: CronJob): boolean => annotation(cronJob, DST) === 'once';

/** `sampan.dev/scheduled-time-env: SCHEDULED_AT`: a variable in every container that says for when it runs (#105183, #132630). */
export function scheduledTimeVariable(cronJob: CronJob): string | undefined {
  const name = annotation(cronJob, SCHEDULED_TIME_ENV);
  return name !== undefined && VARIABLE.test(name) ? name : undefined;
}

/** `sampan.dev/drop-failed-after-success: "true"`: failed jobs are removed once a later one has succeeded (#128969). */
export const dropsFailedAfterSuccess = (cronJob: CronJob): boolean =>
  annotation(cronJob, DROP_FAILED) === 'true';

/** `sampan.dev/on-schedule-edit: skip`: what a new schedule would have had before it was written is not run (#63371, #130838). */
export const skipsRunsBeforeEdit = (cronJob: CronJob): boolean =>
  annotation(cronJob, ON_SCHEDULE_EDIT) === 'skip';

/** `sampan.dev/run-now: <anything>`: each new value has one run, at once (#47538). */
export const runNowAsked = (cronJob: CronJob): string | undefined =>
  annotation(cronJob, RUN_NOW) || undefined;

/** Times from `start` up to and without `end`, as `text` has it. */
export interface BackfillRange {
  readonly text: string;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** `sampan.dev/backfill: 2026-03-01T00:00:00Z/2026-03-02T00:00:00Z`: each scheduled time of that range has its run (#105183). */
export const backfillRange = (cronJob: CronJob): BackfillRange | undefined =>
  parseRange(annotation(cronJob, BACKFILL) ?? '');

function parseRange(text: string): BackfillRange | undefined {
  const ends = text.split('/');
  const [start, end] = ends.map((part) => (RFC_3339.test(part) ? Date.parse(part) : Number.NaN));
  const isRange = ends.length === 2 && start! < end!;
  return isRange ? { text, start: start!, end: end! } : undefined;
}

/** `sampan.dev/backfill-parallelism: "4"`: so many of them at once, where `concurrencyPolicy` is `Allow`. */
export function backfillParallelism(cronJob: CronJob): number {
  const text = annotation(cronJob, BACKFILL_PARALLELISM);
  return text !== undefined && COUNT.test(text) ? Number(text) : 1;
}

const RULES: readonly AnnotationRule[] = [
  [SCHEDULES, areSchedules, 'one or more schedules with ";" between them'],
  [JITTER, isDuration, DURATION],
  [CATCH_UP, (text) => text === 'all' || COUNT.test(text), '"all", or how many runs at most'],
  [MISSED_LIMIT, (text) => COUNT.test(text), 'a number from 1'],
  [DST, (text) => text === 'once', '"once"'],
  [SCHEDULED_TIME_ENV, (text) => VARIABLE.test(text), 'the name of a variable'],
  [DROP_FAILED, isSwitch, SWITCH],
  [EXTENDED, isSwitch, SWITCH],
  [ON_SCHEDULE_EDIT, (text) => text === 'skip', '"skip"'],
  [
    BACKFILL,
    (text) => parseRange(text) !== undefined,
    'two times with "/" between them, "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"',
  ],
  [BACKFILL_PARALLELISM, (text) => COUNT.test(text), 'a number from 1'],
  ...NOTIFY_RULES,
];

export const cronJobAnnotationWarnings = ({ metadata }: CronJob): readonly string[] =>
  annotationWarnings(metadata, RULES);
