import type { Environment } from '@marcbachmann/cel-js';
import { goQuoted } from '../../goText.ts';
import { spend } from '../celBudget.ts';
import { define, defineNamespace } from './define.ts';
import { formatText } from './stringFormat.ts';

/** Of upstream's library `strings`, what the library lacks or has otherwise. */
export function registerStrings(environment: Environment): void {
  define(environment, {
    'string.charAt(int): string': charAt,
    'string.replace(string, string): string': (text: string, old: string, next: string) =>
      replaced(text, old, next, -1n),
    'string.replace(string, string, int): string': replaced,
    'string.lowerAscii__(): string': (text: string) =>
      text.replace(/[A-Z]+/g, (found) => found.toLowerCase()),
    'string.upperAscii__(): string': (text: string) =>
      text.replace(/[a-z]+/g, (found) => found.toUpperCase()),
    'string.format(list): string': formatText,
  });
  defineNamespace(environment, 'strings', { 'quote(string): string': goQuoted });
}

function charAt(text: string, index: bigint): string {
  const letters = Array.from(text);
  if (index < 0n || index > letters.length) throw new Error(`index out of range: ${index}`);
  return letters[Number(index)] ?? '';
}

function replaced(text: string, old: string, next: string, limit: bigint): string {
  let left = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  const result = text.replaceAll(old, (found) => (left-- > 0 ? next : found));
  spend((text.length + result.length) * 0.1);
  return result;
}
