/** A layout of Go's `time` package, and how the API writes such a time back. */
export interface GoTimeLayout {
  readonly layout: string;
  readonly canonical: (seconds: string, fraction: string) => string;
}

/** `metav1.Time`: whole seconds. */
export const rfc3339: GoTimeLayout = {
  layout: '2006-01-02T15:04:05Z07:00',
  canonical: (seconds) => `${seconds}Z`,
};

/** `metav1.MicroTime`: always six digits of a second. */
export const rfc3339Micro: GoTimeLayout = {
  layout: '2006-01-02T15:04:05.000000Z07:00',
  canonical: (seconds, fraction) => `${seconds}.${fraction.slice(1)}Z`,
};

const PARTS =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d?):(?<minute>\d\d):(?<second>\d\d)(?<fraction>[.,]\d+)?(?<zone>Z|[+-]\d\d:\d\d)/;
const IN_CANONICAL_FORM = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const RANGES = { month: [1, 12], hour: [0, 23], minute: [0, 59], second: [0, 59] } as const;

/** The same moment in the API's own form, in UTC. Throws an `Error` with the words of Go's `time.Parse`. */
export function canonicalTime(text: string, time: GoTimeLayout): string {
  if (time === rfc3339 && IN_CANONICAL_FORM.test(text)) return text;
  const match = PARTS.exec(text);
  const { fraction = '', zone = '', ...rest } = match?.groups ?? {};
  if (!match || (time === rfc3339Micro && fraction.length !== 7)) throw unreadable(text, time.layout);
  const parts = Object.fromEntries(Object.entries(rest).map(([name, digits]) => [name, Number(digits)]));
  for (const [name, [min, max]] of Object.entries(RANGES)) {
    if (parts[name]! < min || parts[name]! > max) throw failure(text, `${name} out of range`);
  }
  const moment = new Date(0);
  moment.setUTCFullYear(parts.year!, parts.month! - 1, parts.day!);
  if (moment.getUTCDate() !== parts.day) throw failure(text, 'day out of range');
  if (match[0].length < text.length)
    throw failure(text, `extra text: ${quoted(text.slice(match[0].length))}`);
  moment.setUTCHours(parts.hour!, parts.minute! - offsetMinutes(zone), parts.second!);
  return time.canonical(moment.toISOString().slice(0, 19), fraction);
}

const offsetMinutes = (zone: string) =>
  zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));

const LAYOUT_ELEMENTS = /2006|01|02|15|04|05|\.000000|Z07:00|[-T:]/g;
const ELEMENT_PATTERNS: Readonly<Record<string, RegExp>> = {
  '2006': /^\d{4}/,
  '15': /^\d\d?/,
  '.000000': /^[.,]\d{6}/,
  'Z07:00': /^(?:Z|[+-]\d\d:\d\d)/,
  '-': /^-/,
  T: /^T/,
  ':': /^:/,
};

/** Names the first element of the layout that the text does not have, as Go does. */
function unreadable(text: string, layout: string): Error {
  let rest = text;
  for (const element of layout.match(LAYOUT_ELEMENTS)!) {
    const taken = (ELEMENT_PATTERNS[element] ?? /^\d\d/).exec(rest)?.[0];
    if (taken === undefined) {
      const why = `cannot parse ${quoted(rest)} as ${quoted(element)}`;
      return new Error(`parsing time ${quoted(text)} as ${quoted(layout)}: ${why}`);
    }
    rest = rest.slice(taken.length);
    if (element === '05' && !layout.includes('.')) rest = rest.replace(/^[.,]\d+/, '');
  }
  return failure(text, `extra text: ${quoted(rest)}`);
}

const failure = (text: string, why: string) => new Error(`parsing time ${quoted(text)}: ${why}`);
const quoted = (text: string) => JSON.stringify(text);
