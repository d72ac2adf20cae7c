/** How `/proc` counts the time of processors: `getconf CLK_TCK`, which is 100 wherever Linux runs. */
export const NANOSECONDS_PER_TICK = 1e9 / 100;
const KIB = 1024;

/** The amount behind a name in `/proc/meminfo` and its like, in bytes: `MemTotal:  16384 kB`. */
export function amountOf(text: string, name: string): number | undefined {
  const found = new RegExp(`^${RegExp.escape(name)}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * KIB;
}
