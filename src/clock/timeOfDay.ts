import type { EpochMs } from './clock.ts';

/** RFC 3339 (`2027-03-28T03:30+02:00`), or with a zone (`2027-03-28T03:30[Europe/Berlin]`). Throws for what is no time. */
export function parseTimeOfDay(text: string): EpochMs {
  try {
    return text.includes('[')
      ? Temporal.ZonedDateTime.from(text).epochMilliseconds
      : Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new Error(
      `"${text}" is not a time: it must be like "2027-03-28T03:30+02:00" or "2027-03-28T03:30[Europe/Berlin]"`,
    );
  }
}
