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

function isSpelledSo(name: string): boolean {
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId === name;
  } catch {
    return false;
  }
}
