import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { nameOf } from '../../apimachinery/object.ts';
import type { CronJob, CronJobSpec } from '../../generated/types.ts';
import { checkNonNegative, checkSupported } from '../checks.ts';
import { checkJobTemplate } from '../job/jobTemplateValidation.ts';
import { parseScheduleOf } from './cronJobAnnotations.ts';
import { isTimeZone } from './timeZone.ts';

const CONCURRENCY_POLICIES = ['Allow', 'Forbid', 'Replace'];
/** A Job's name has room for 63 letters, eleven of which its time takes. */
const LONGEST_NAME = 52;

/** What is wrong with a new CronJob (`ValidateCronJobCreate`). */
export function validateCronJob(cronJob: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  checkSpec(errors, cronJob, undefined);
  if (Buffer.byteLength(nameOf(cronJob)) > LONGEST_NAME) {
    const detail = `must be no more than ${LONGEST_NAME} characters`;
    errors.push(invalidValue('metadata.name', nameOf(cronJob), detail));
  }
  return errors;
}

/** All of the spec may change; what was once accepted stays accepted. */
export function validateCronJobUpdate(next: CronJob, stored: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  checkSpec(errors, next, stored.spec);
  return errors;
}

function checkSpec(errors: FieldError[], cronJob: CronJob, stored: CronJobSpec | undefined): void {
  const { spec } = cronJob;
  if (!spec.schedule) errors.push(required('spec.schedule'));
  else checkSchedule(errors, 'spec.schedule', cronJob, stored?.schedule.includes('TZ') ?? false);
  checkNonNegative(errors, 'spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  if (spec.timeZone !== undefined && spec.timeZone !== stored?.timeZone) {
    checkTimeZone(errors, 'spec.timeZone', spec.timeZone);
  }
  checkSupported(errors, 'spec.concurrencyPolicy', spec.concurrencyPolicy, CONCURRENCY_POLICIES);
  checkJobTemplate(errors, 'spec.jobTemplate', spec.jobTemplate);
  checkNonNegative(errors, 'spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  checkNonNegative(errors, 'spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
}

/** A zone within the schedule was never meant to work (KEP-3140); one that is there already is left alone. */
function checkSchedule(errors: FieldError[], field: string, cronJob: CronJob, mayNameZone: boolean): void {
  const { schedule, timeZone } = cronJob.spec;
  const problem = scheduleProblem(cronJob);
  if (problem !== undefined) errors.push(invalidValue(field, schedule, problem));
  if (!schedule.includes('TZ')) return;
  if (!mayNameZone) {
    const detail = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    errors.push(invalidValue(field, schedule, detail));
  } else if (timeZone !== undefined) {
    const detail = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
    errors.push(invalidValue(field, schedule, detail));
  }
}

/** What upstream's parser says where it looks for the blank after a zone, and there is none. */
const ZONE_WITHOUT_END = 'invalid schedule format: runtime error: slice bounds out of range [:-1]';

function scheduleProblem(cronJob: CronJob): string | undefined {
  const { schedule } = cronJob.spec;
  const isZoned = /^(?:CRON_)?TZ=/.test(schedule);
  const blank = schedule.indexOf(' ');
  if (isZoned && blank < 0) return ZONE_WITHOUT_END;
  const zone = isZoned ? schedule.slice(schedule.indexOf('=') + 1, blank) : '';
  if (zone && !isTimeZone(zone)) return `provided bad location ${zone}: unknown time zone ${zone}`;
  const parsed = parseScheduleOf(cronJob, isZoned ? schedule.slice(blank).trim() : schedule);
  return 'problem' in parsed ? parsed.problem : undefined;
}

function checkTimeZone(errors: FieldError[], field: string, zone: string): void {
  if (!zone) errors.push(invalidValue(field, zone, 'timeZone must be nil or non-empty string'));
  if (zone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    errors.push(invalidValue(field, zone, detail));
  }
  if (zone && zone !== 'Local' && !isTimeZone(zone))
    errors.push(invalidValue(field, zone, `unknown time zone ${zone}`));
}
