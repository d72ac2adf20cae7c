const known = new Map<string, boolean>();

/** Whether the name is a time zone of the IANA database that this Node carries. `Local` and offsets are none (KEP-3140). */
export function isTimeZone(name: string): boolean {
  let answer = known.get(name);
  if (answer === undefined) {
    answer = /^[A-Za-z]/.test(name) && name.toLowerCase() !== 'local' && canFormat(name);
    if (known.size < 10_000) known.set(name, answer);
  }
  return answer;
}

function canFormat(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
