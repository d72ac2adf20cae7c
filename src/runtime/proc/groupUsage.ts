import { readdirSync, readFileSync } from 'node:fs';
import type { CpuStats, MemoryStats } from '../stats.ts';
import { amountOf, NANOSECONDS_PER_TICK } from './procFiles.ts';

const PAGE_BYTES = 4096;

export interface GroupUsage {
  readonly cpu: CpuStats;
  readonly memory: MemoryStats;
}

/** A process as `/proc/<pid>/stat` tells of it. */
interface Process {
  readonly pid: number;
  readonly group: number;
  readonly session: number;
  /** With that of its children that have ended. */
  readonly ticks: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
  readonly residentBytes: number;
}

/**
 * What process groups use, by the number of their leader; sessions count as well, for a shell may put its children into groups of their own.
 * Of children that have ended, their parent knows the time. What has left its session is not seen.
 */
export function usageOfGroups(leaders: ReadonlySet<number>, proc = '/proc'): Map<number, GroupUsage> {
  const members = new Map<number, Process[]>([...leaders].map((leader) => [leader, []]));
  if (leaders.size > 0) {
    for (const process of processes(proc)) {
      (members.get(process.session) ?? members.get(process.group))?.push(process);
    }
  }
  return new Map([...members].map(([leader, group]) => [leader, usageOf(group, proc)]));
}

function usageOf(group: readonly Process[], proc: string): GroupUsage {
  const total = (count: (process: Process) => number) =>
    group.reduce((sum, process) => sum + count(process), 0);
  const memories = group.map((process) => memoryOf(process, proc));
  const workingSet = memories.reduce((sum, { share }) => sum + share, 0);
  return {
    cpu: { coreNanoseconds: total(({ ticks }) => ticks) * NANOSECONDS_PER_TICK },
    memory: {
      workingSet,
      usage: workingSet,
      rss: memories.reduce((sum, { anonymous }) => sum + anonymous, 0),
      pageFaults: total(({ pageFaults }) => pageFaults),
      majorPageFaults: total(({ majorPageFaults }) => majorPageFaults),
    },
  };
}

/** What several processes have in common each has a share of. */
function memoryOf({ pid, residentBytes }: Process, proc: string): { share: number; anonymous: number } {
  const text = readOrNothing(`${proc}/${pid}/smaps_rollup`);
  const share = amountOf(text, 'Pss') ?? residentBytes;
  return { share, anonymous: amountOf(text, 'Pss_Anon') ?? share };
}

function* processes(proc: string): Generator<Process> {
  for (const name of readdirSync(proc)) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readOrNothing(`${proc}/${name}/stat`);
    if (stat) yield processOf(Number(name), stat);
  }
}

/** See proc_pid_stat(5). The command in parentheses may hold anything, so fields are counted from its end. */
function processOf(pid: number, stat: string): Process {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3] ?? 0);
  return {
    pid,
    group: field(5),
    session: field(6),
    pageFaults: field(10),
    majorPageFaults: field(12),
    ticks: field(14) + field(15) + field(16) + field(17),
    residentBytes: field(24) * PAGE_BYTES,
  };
}

/** A process may end while it is looked at. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
