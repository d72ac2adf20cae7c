import { badRequest } from './errors.ts';

/** `3` or `"25%"` (also, in ports, a name). */
export type IntOrString = number | string;

/**
 * What `3` or `"25%"` means out of `total` (`GetScaledValueFromIntOrPercent`). Throws 400 for a string
 * that is no percentage.
 */
export function scaledValue(value: IntOrString, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  const share = (percentOf(value) * total) / 100;
  return roundUp ? Math.ceil(share) : Math.floor(share);
}

function percentOf(text: string): number {
  const prefix = 'invalid value for IntOrString: ';
  if (!text.endsWith('%')) throw badRequest(`${prefix}invalid type: string is not a percentage`);
  const digits = text.slice(0, -1);
  if (/^[+-]?\d{1,15}$/.test(digits)) return Number(digits);
  const quoted = JSON.stringify(digits);
  throw badRequest(
    `${prefix}invalid value ${JSON.stringify(text)}: strconv.Atoi: parsing ${quoted}: invalid syntax`,
  );
}
