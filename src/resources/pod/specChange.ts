import { semanticEqual } from '../semanticEqual.ts';

/** Where two specs differ, in the manner of a diff: the lines that an error shows to the user. */
export function changedFields(stored: unknown, next: unknown, field = ''): string {
  return [...differences(stored, next, field)].join('\n');
}

function* differences(stored: unknown, next: unknown, field: string): Generator<string> {
  if (semanticEqual(stored, next)) return;
  if (!isContainer(stored) || !isContainer(next) || Array.isArray(stored) !== Array.isArray(next)) {
    if (stored !== undefined) yield `- ${field}: ${JSON.stringify(stored)}`;
    if (next !== undefined) yield `+ ${field}: ${JSON.stringify(next)}`;
    return;
  }
  for (const key of new Set([...Object.keys(stored), ...Object.keys(next)])) {
    const path = Array.isArray(stored) ? `${field}[${key}]` : field ? `${field}.${key}` : key;
    yield* differences(stored[key], next[key], path);
  }
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
