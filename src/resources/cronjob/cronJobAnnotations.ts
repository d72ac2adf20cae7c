import { parseDuration } from '../../clock/duration.ts';
import type { CronJob } from '../../generated/types.ts';
import {
  type AnnotationRule,
  annotationWarnings,
  DURATION,
  isDuration,
  isSwitch,
  SWITCH,
} from '../annotationRules.ts';
import { NOTIFY_RULES } from '../notifyAnnotations.ts';
import { parseSchedule } from './schedule.ts';

// What a CronJob may ask for beyond Kubernetes. Without these annotations nothing changes.

const SCHEDULES = 'sampan.dev/schedules';
const JITTER = 'sampan.dev/jitter';
const CATCH_UP = 'sampan.dev/catch-up';
const MISSED_LIMIT = 'sampan.dev/missed-limit';
const DST = 'sampan.dev/dst';
const SCHEDULED_TIME_ENV = 'sampan.dev/scheduled-time-env';
const DROP_FAILED = 'sampan.dev/drop-failed-after-success';

const COUNT = /^[1-9]\d{0,5}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

const annotation = ({ metadata }: CronJob, name: string): string | undefined => metadata.annotations?.[name];

const listOf = (text: string): string[] =>
  text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean);

const areSchedules = (text: string) =>
  listOf(text).length > 0 && listOf(text).every((part) => 'schedule' in parseSchedule(part));

/** `sampan.dev/schedules: "0 9 * * 1-5; 0 12 * * 6"`: more schedules beside `spec.schedule` (#96283). */
export function moreSchedules(cronJob: CronJob): readonly string[] {
  const text = annotation(cronJob, SCHEDULES);
  return text !== undefined && areSchedules(text) ? listOf(text) : [];
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

const RULES: readonly AnnotationRule[] = [
  [SCHEDULES, areSchedules, 'one or more schedules with ";" between them'],
  [JITTER, isDuration, DURATION],
  [CATCH_UP, (text) => text === 'all' || COUNT.test(text), '"all", or how many runs at most'],
  [MISSED_LIMIT, (text) => COUNT.test(text), 'a number from 1'],
  [DST, (text) => text === 'once', '"once"'],
  [SCHEDULED_TIME_ENV, (text) => VARIABLE.test(text), 'the name of a variable'],
  [DROP_FAILED, isSwitch, SWITCH],
  ...NOTIFY_RULES,
];

export const cronJobAnnotationWarnings = ({ metadata }: CronJob): readonly string[] =>
  annotationWarnings(metadata, RULES);
