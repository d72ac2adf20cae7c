import type { MemoryStats, UsageStats } from '../../runtime/stats.ts';
import type { MeasuredPod } from './measuredPod.ts';
import type { Look } from './meter.ts';

/** What the containers of a pod use together; undefined when nothing is known of any. Its time is that of the oldest look. */
export function totalOf({ containers }: Look, pod: MeasuredPod): UsageStats | undefined {
  const known = pod.containers.map(({ id }) => containers.get(id)).filter((stats) => stats !== undefined);
  if (known.length === 0) return undefined;
  return {
    at: Math.min(...known.map(({ at }) => at)),
    cpu: { coreNanoseconds: known.reduce((sum, { cpu }) => sum + cpu.coreNanoseconds, 0) },
    memory: {
      workingSet: sumOf(known, 'workingSet') ?? 0,
      ...optional(known, 'usage', 'rss', 'pageFaults', 'majorPageFaults'),
    },
  };
}

function optional(known: readonly UsageStats[], ...names: (keyof MemoryStats)[]): Partial<MemoryStats> {
  const sums = names.map((name) => [name, sumOf(known, name)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum !== undefined));
}

/** Undefined when it is not known of one of them. */
function sumOf(known: readonly UsageStats[], name: keyof MemoryStats): number | undefined {
  const amounts = known.map(({ memory }) => memory[name]);
  return amounts.every((amount) => amount !== undefined)
    ? amounts.reduce((sum, amount) => sum + amount, 0)
    : undefined;
}
