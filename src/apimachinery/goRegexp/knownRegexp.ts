import { GoRegexp } from './goRegexp.ts';

const known = new Map<string, GoRegexp>();
/** Schemas and rules hold a handful of patterns; who sends always new ones must not fill the memory. */
const MAX_KNOWN = 2000;

/** An expression, read once however often it is asked for. Throws a `RegexpError` for what cannot be read. */
export function knownRegexp(source: string): GoRegexp {
  const found = known.get(source);
  if (found) return found;
  const made = new GoRegexp(source);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(source, made);
  return made;
}

/** The same; undefined for what cannot be read. */
export function readableRegexp(source: string): GoRegexp | undefined {
  try {
    return knownRegexp(source);
  } catch {
    return undefined;
  }
}
