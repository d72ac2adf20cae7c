import type { ModelField } from '../models.ts';

const time = { type: 'Date', format: 'date-time', required: false };
const text = { type: 'string', format: '', required: false };

/** Fields that sampan adds to upstream's kinds. Clients that do not know them are not hurt: all are in status, and optional. */
export const additions: Readonly<Record<string, readonly ModelField[]>> = {
  V1CronJobStatus: [
    {
      ...time,
      name: 'nextScheduleTime',
      description:
        'When the next job starts, if all goes by the schedule. Absent while the CronJob is suspended.',
    },
    {
      ...text,
      name: 'lastRunNow',
      description: 'The value of the annotation sampan.dev/run-now that was run last.',
    },
    {
      ...text,
      name: 'backfillRange',
      description: 'The range of the annotation sampan.dev/backfill that is under way or done.',
    },
    { ...time, name: 'backfilledUntil', description: 'How far the backfill has come.' },
    {
      ...text,
      name: 'scheduleSeen',
      description:
        'The schedule as the controller knows it, with the annotation sampan.dev/on-schedule-edit.',
    },
    {
      ...time,
      name: 'scheduleSince',
      description: 'When the controller has seen that schedule for the first time.',
    },
  ],
};
