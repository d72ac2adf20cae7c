import { parseQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import { MEANINGS, type Signal } from './signals.ts';
import type { Threshold } from './thresholds.ts';

const SIGNALS = Object.keys(MEANINGS);

/**
 * Reads thresholds as the kubelet's `--eviction-hard` has them: `memory.available<100Mi,nodefs.available<10%`. They stand instead of the usual
 * ones, so the empty text means none; a threshold of `0` or `0%` is never met. Throws an `Error` that says what is wrong.
 */
export function parseThresholds(text: string): readonly Threshold[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const thresholds = parts.map(parseThreshold);
  const repeated = thresholds.find(({ signal }, index) =>
    thresholds.slice(0, index).some((other) => other.signal === signal),
  );
  if (repeated) throw new Error(`${repeated.signal} is given twice.`);
  return thresholds;
}

function parseThreshold(part: string): Threshold {
  const [signal = '', value, ...more] = part.trim().split('<');
  if (value === undefined || more.length > 0)
    throw new Error(`"${part.trim()}" is no threshold: one looks like memory.available<100Mi.`);
  if (!SIGNALS.includes(signal)) throw new Error(`"${signal}" is none of ${SIGNALS.join(', ')}.`);
  return { signal: signal as Signal, least: leastOf(signal, value) };
}

function leastOf(signal: string, value: string): Threshold['least'] {
  const wrong = () =>
    new Error(
      `"${value}" of ${signal} must be an amount of at least 0 (100Mi) or a percentage from 0% to 100%.`,
    );
  if (value.endsWith('%')) {
    const percent = Number(value.slice(0, -1));
    if (!/^\d+(\.\d+)?%$/.test(value) || percent > 100) throw wrong();
    // The kubelet takes both ends for no threshold at all.
    return (capacity) => (percent === 100 ? 0 : Math.floor((capacity * percent) / 100));
  }
  const amount = amountOf(value);
  if (amount === undefined || amount < 0) throw wrong();
  return () => amount;
}

function amountOf(value: string): number | undefined {
  try {
    return wholeValue(parseQuantity(value));
  } catch {
    return undefined;
  }
}
