export interface FieldRange {
  readonly min: number;
  readonly max: number;
  readonly names?: ReadonlyMap<string, number>;
}

export type ParsedField = { readonly values: ReadonlySet<number> } | { readonly problem: string };

/** One field: parts parted by commas, each `*`, `5`, `1-5`, with `/step`. Problems are worded as robfig/cron words them. */
export function parseField(field: string, range: FieldRange): ParsedField {
  const values = new Set<number>();
  for (const part of field.split(',').filter(Boolean)) {
    const problem = addPart(values, part, range);
    if (problem !== undefined) return { problem };
  }
  return { values };
}

function addPart(values: Set<number>, part: string, range: FieldRange): string | undefined {
  const pieces = part.split('/');
  const ends = pieces[0]!.split('-');
  if (pieces.length > 2) return `too many slashes: ${part}`;
  if (ends.length > 2) return `too many hyphens: ${part}`;
  const isStar = ends[0] === '*' || ends[0] === '?';
  const start = isStar ? range.min : parseNumber(ends[0]!, range);
  if (typeof start === 'string') return start;
  const hasStep = pieces.length === 2;
  const step = hasStep ? parseNumber(pieces[1]!, {}) : 1;
  if (typeof step === 'string') return step;
  // `5/15` means from 5 to the end of the range.
  const end =
    isStar || (ends.length === 1 && hasStep)
      ? range.max
      : ends.length === 2
        ? parseNumber(ends[1]!, range)
        : start;
  if (typeof end === 'string') return end;
  if (start < range.min) return `beginning of range (${start}) below minimum (${range.min}): ${part}`;
  if (end > range.max) return `end of range (${end}) above maximum (${range.max}): ${part}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${part}`;
  if (step === 0) return `step of range should be a positive number: ${part}`;
  for (let value = start; value <= end; value += step) values.add(value);
  return undefined;
}

function parseNumber(text: string, { names }: Pick<FieldRange, 'names'>): number | string {
  const named = names?.get(text.toLowerCase());
  if (named !== undefined) return named;
  if (!/^[+-]?\d+$/.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  }
  const number = Number(text);
  return number < 0 ? `negative number (${number}) not allowed: ${text}` : number;
}
