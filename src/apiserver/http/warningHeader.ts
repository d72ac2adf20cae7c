/** Letters of text that one answer has room for, and of one warning where not all have room in full. */
const ROOM = 4096;
const ROOM_FOR_ONE = 256;

/**
 * The `Warning` header of an answer: each text once, and if they have no room in full, their beginnings for as long as there is room
 * (upstream's warning recorder). Undefined where there is nothing to tell.
 */
export function warningHeader(warnings: readonly string[]): string | undefined {
  const texts = [...new Set(warnings)].filter((text) => text !== '').map((text) => Array.from(text));
  if (texts.length === 0) return undefined;
  return withinRoom(texts)
    .map((letters) => oneWarning(letters.join('')))
    .join(', ');
}

function withinRoom(texts: readonly string[][]): readonly string[][] {
  if (texts.reduce((sum, { length }) => sum + length, 0) <= ROOM) return texts;
  const told: string[][] = [];
  let written = 0;
  for (const text of texts) {
    if (written >= ROOM) break;
    const beginning = text.slice(0, ROOM_FOR_ONE);
    written += beginning.length;
    told.push(beginning);
  }
  return told;
}

/** `299 - "unknown field \"spec.foo\""` (RFC 7234, 5.5). */
const oneWarning = (text: string): string =>
  `299 - "${text.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?')}"`;
