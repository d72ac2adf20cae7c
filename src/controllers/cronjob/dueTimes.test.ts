import { expect, test } from 'vitest';
import { parseSchedule, type Schedule } from '../../resources/cronjob/schedule.ts';
import { countDue, lastDue, nextDue } from './dueTimes.ts';

function schedule(text: string): Schedule {
  const parsed = parseSchedule(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.schedule;
}
const iso = (time: number | undefined) => time && new Date(time).toISOString().slice(0, 16);

const next: Record<string, { due: string; zone?: string; after: string; want: string | undefined }> = {
  'the next even minute': { due: '*/2 * * * *', after: '2026-11-24T01:01:30Z', want: '2026-11-24T01:02' },
  'the time itself does not count': {
    due: '*/2 * * * *',
    after: '2026-11-24T01:02:00Z',
    want: '2026-11-24T01:04',
  },
  'over the end of a year': { due: '0 0 1 1 *', after: '2026-01-01T00:00:00Z', want: '2027-01-01T00:00' },
  'leap days': { due: '0 0 29 2 *', after: '2096-03-01T00:00:00Z', want: '2104-02-29T00:00' },
  'a day that never comes (case 6)': { due: '0 0 31 2 *', after: '2026-01-01T00:00:00Z', want: undefined },
  'uneven hours over a weekend (case 7)': {
    due: '30 6-16/4 * * 1-5',
    after: '2026-11-27T14:30:00Z',
    want: '2026-11-30T06:30',
  },
  'either day field is enough when both restrict': {
    due: '0 0 13 * 5',
    after: '2026-11-24T00:00:00Z',
    want: '2026-11-27T00:00',
  },
  'a time in a zone': {
    due: '30 9 * * *',
    zone: 'Asia/Kolkata',
    after: '2026-11-24T00:00:00Z',
    want: '2026-11-24T04:00',
  },
  'a time that the spring change skips waits for the next day (case 3)': {
    due: '30 2 * * *',
    zone: 'Europe/Berlin',
    after: '2027-03-28T00:00:00Z',
    want: '2027-03-29T00:30',
  },
  'a time that the autumn change repeats is due twice, as upstream (case 3)': {
    due: '30 2 * * *',
    zone: 'Europe/Berlin',
    after: '2026-10-25T00:30:00Z',
    want: '2026-10-25T01:30',
  },
  'a change of half an hour': {
    due: '0 3 * * *',
    zone: 'Australia/Lord_Howe',
    after: '2026-10-03T12:00:00Z',
    want: '2026-10-03T16:00',
  },
  'a period counts from the second': {
    due: '@every 90s',
    after: '2026-01-01T00:00:00.700Z',
    want: '2026-01-01T00:01',
  },
};
for (const [name, { due, zone = 'UTC', after, want }] of Object.entries(next)) {
  test(name, () => expect(iso(nextDue(schedule(due), zone, Date.parse(after)))).toBe(want));
}

test('the last due time after a year asleep is found from its end', () => {
  const [from, until] = [Date.parse('2025-11-24T00:00:00Z'), Date.parse('2026-11-24T01:03:00Z')];
  expect(iso(lastDue(schedule('*/2 * * * *'), 'UTC', from, until))).toBe('2026-11-24T01:02');
  expect(countDue(schedule('*/2 * * * *'), 'UTC', from, until, 101)).toBe(101);
});

test('nothing was due before the first time', () => {
  const at = Date.parse('2026-11-24T01:03:00Z');
  expect(lastDue(schedule('0 0 1 1 *'), 'UTC', at, at + 60_000)).toBeUndefined();
  expect(lastDue(schedule('*/2 * * * *'), 'UTC', at, at + 30_000)).toBeUndefined();
});
