import { cpus, totalmem } from 'node:os';

const machine = {
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};

/** Prints one figure as a JSON line: its median and its spread over the runs. */
export function report(figure: string, unit: string, runs: readonly number[], extra: object = {}): void {
  const sorted = runs.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  const round = (value: number) => Number(value.toPrecision(4));
  const line = {
    figure,
    unit,
    median: round(median),
    min: round(sorted[0]!),
    max: round(sorted.at(-1)!),
    runs: runs.map(round),
  };
  console.log(JSON.stringify({ ...line, ...extra, machine }));
}

/** The value below which so many percent of the values lie. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** Milliseconds that the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** The results of running the measurement so many times, one after the other. */
export async function repeat<T>(times: number, measure: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < times; run++) results.push(await measure());
  return results;
}

/** Does `total` pieces of work, `width` at a time. */
export async function inParallel(
  total: number,
  width: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < total) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
