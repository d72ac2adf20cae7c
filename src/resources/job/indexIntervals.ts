/** The indexes from `first` to `last`. */
interface IndexInterval {
  readonly first: number;
  readonly last: number;
}

/** How many indexes a text such as `0,2-4` names, below `completions`; or what is wrong with it, in upstream's words. */
export function countIndexes(text: string, completions: number): { count: number } | { problem: string } {
  let count = 0;
  let previous = -1;
  for (const part of text ? text.split(',') : []) {
    const interval = parseInterval(part, completions);
    if ('problem' in interval) return interval;
    if (interval.first <= previous) return { problem: notIncreasing(previous, interval.first) };
    count += interval.last - interval.first + 1;
    previous = interval.last;
  }
  return { count };
}

/** The first index that both texts name; undefined when there is none. What cannot be read is passed over. */
export function firstCommonIndex(a: string, b: string, completions: number): number | undefined {
  const left = readable(a, completions);
  const right = readable(b, completions);
  let at = 0;
  for (const { first, last } of left) {
    while (right[at] && right[at]!.last < first) at++;
    const other = right[at];
    if (other && other.first <= last) return Math.max(first, other.first);
  }
  return undefined;
}

function readable(text: string, completions: number): IndexInterval[] {
  const intervals: IndexInterval[] = [];
  for (const part of text ? text.split(',') : []) {
    const interval = parseInterval(part, completions);
    if (!('problem' in interval)) intervals.push(interval);
  }
  return intervals;
}

function parseInterval(text: string, completions: number): IndexInterval | { problem: string } {
  const ends = text.split('-');
  const quoted = JSON.stringify(text);
  if (ends.length > 2) {
    return {
      problem: `the fragment ${quoted} violates the requirement that an index interval can have at most two parts separated by '-'`,
    };
  }
  for (const end of ends) {
    if (!/^[+]?\d+$/.test(end)) {
      return { problem: `cannot convert string to integer for index: ${JSON.stringify(end)}` };
    }
    if (Number(end) >= completions) return { problem: `too large index: ${JSON.stringify(end)}` };
  }
  const first = Number(ends[0]);
  const last = Number(ends[1] ?? first);
  return ends.length === 2 && first >= last ? { problem: notIncreasing(first, last) } : { first, last };
}

const notIncreasing = (previous: number, current: number): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`;
