import { isIP, isIPv4, isIPv6 } from 'node:net';

const EMAIL = /^[^\s@"<>()[\],;:\\]+@[^\s@]+$/;
const HOSTNAME =
  /^(?=.{1,255}$)([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]))*\.?$/;
const MAC = /^([0-9a-f]{2}([:-][0-9a-f]{2}){5}|[0-9a-f]{4}(\.[0-9a-f]{4}){2})$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Of Go's durations, and beyond them days and weeks. */
const DURATION = /^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$|^\d+\s*(d|w|days?|weeks?)$/;
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)([.,]\d+)?([Zz]|[+-]\d{2}:?\d{2})?$/;
const UUID = '[0-9a-f]{8}-?[0-9a-f]{4}-?';

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const family = isIP(address);
  return (
    family !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  );
}

/** A URI by Go's `url.ParseRequestURI`: an absolute one, or a path from the root. */
const isUri = (text: string): boolean => (text.startsWith('/') ? !/\s/.test(text) : URL.canParse(text));

const uuid = (rest: string): ((text: string) => boolean) => {
  const pattern = new RegExp(`^${UUID}${rest}$`, 'i');
  return (text) => pattern.test(text);
};

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  byte: (text) => BASE64.test(text.replace(/[\r\n]/g, '')),
  cidr: isCidr,
  date: isDate,
  'date-time': (text) => isDate(DATE_TIME.exec(text)?.[1] ?? ''),
  datetime: (text) => isDate(DATE_TIME.exec(text)?.[1] ?? ''),
  duration: (text) => DURATION.test(text),
  email: (text) => EMAIL.test(text),
  hostname: (text) => HOSTNAME.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  mac: (text) => MAC.test(text),
  uri: isUri,
  uuid: uuid('[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}'),
  uuid3: uuid('3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}'),
  uuid4: uuid('4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}'),
  uuid5: uuid('5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}'),
};

/** Whether a text has a format. Formats that are not known are no restriction, as upstream. */
export const hasFormat = (text: string, format: string): boolean =>
  !Object.hasOwn(FORMATS, format) || FORMATS[format]!(text);
