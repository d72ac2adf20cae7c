import { expect, test } from 'vitest';
import { latestDueMinute } from './dueMinutes.ts';

const at = (time: string) => Date.parse(`2026-05-07T${time}Z`);

const cases: Record<string, { schedule: string; zone?: string; until: string; want: string | undefined }> = {
  'every minute: this one': { schedule: '* * * * *', until: '10:07:30', want: '10:07:00' },
  'every third minute': { schedule: '*/3 * * * *', until: '10:08:59', want: '10:06:00' },
  'an hour of another zone': {
    schedule: '30 15 * * *',
    zone: 'Asia/Kolkata',
    until: '10:08:00',
    want: '10:00:00',
  },
  'nothing since the beginning': { schedule: '30 9 * * *', until: '11:00:00', want: undefined },
  'a day of the week': { schedule: '* * * * 1', until: '10:30:00', want: undefined },
};

for (const [name, { schedule, zone = 'UTC', until, want }] of Object.entries(cases)) {
  test(name, () =>
    expect(latestDueMinute(schedule, zone, at('10:00:00'), at(until))).toBe(
      want === undefined ? want : at(want),
    ),
  );
}
