const known = new Map<string, boolean>();

/**
 * Whether the name is a time zone of the IANA database that this Node carries, in that very spelling: upstream looks for a file. `Local`
 * and offsets are none (KEP-3140).
 */
export function isTimeZone(name: string): boolean {
  let answer = known.get(name);
  if (answer === undefined) {
    answer = /^[A-Za-z]/.test(name) && name.toLowerCase() !== 'local' && isSpelledSo(name);
    if (known.size < 10_000) known.set(name, answer);
  }
  return answer;
}

/** The IANA's zone of a machine that nobody has set up: it reads as UTC, and JavaScript does not know it. */
const NOT_SET_UP = 'Factory';

/** A zone by a name that JavaScript knows. */
export const knownZone = (name: string): string => (name === NOT_SET_UP ? 'UTC' : name);

function isSpelledSo(name: string): boolean {
  if (name === NOT_SET_UP) return true;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId === name;
  } catch {
    return false;
  }
}
