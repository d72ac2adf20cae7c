import { readFile } from 'node:fs/promises';
import type { Clock } from '../../clock/clock.ts';
import { wholeDisk } from '../diskUse.ts';
import type { HostStats, MemoryStats, NetworkStats } from '../stats.ts';
import { amountOf, NANOSECONDS_PER_TICK } from './procFiles.ts';

/** What this machine has used since it started, by `/proc`. `directory` lies on the disk that counts. Not every kernel tells of everything. */
export async function hostStats(clock: Clock, directory: string, proc = '/proc'): Promise<HostStats> {
  const read = (name: string) => readFile(`${proc}/${name}`, 'utf8');
  const readIfThere = (name: string) => read(name).catch(() => '');
  const at = clock.elapsed();
  const [stat, memory, faults, devices, routes, load, mostProcesses, disk] = await Promise.all([
    read('stat'),
    read('meminfo'),
    readIfThere('vmstat'),
    readIfThere('net/dev'),
    readIfThere('net/route'),
    readIfThere('loadavg'),
    readIfThere('sys/kernel/pid_max'),
    wholeDisk(directory),
  ]);
  return {
    at,
    cpu: { coreNanoseconds: busyNanoseconds(stat) },
    memory: memoryOf(memory, faults),
    network: networkOf(devices, routes),
    disk,
    ...(load && mostProcesses && { processes: { now: processesOf(load), most: Number(mostProcesses) } }),
  };
}

/** `0.20 0.18 0.12 1/80 11206`: there are 80. */
const processesOf = (load: string): number => Number(/\/(\d+)/.exec(load)?.[1] ?? 0);

/** What all cores have done but wait: the time of guests is a part of that of users. */
export function busyNanoseconds(stat: string): number {
  const [user = 0, nice = 0, system = 0, _idle, _disk, irq = 0, softIrq = 0, stolen = 0] = (
    /^cpu\s+(.*)$/m.exec(stat)?.[1] ?? ''
  )
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softIrq + stolen) * NANOSECONDS_PER_TICK;
}

/** As the kubelet counts it: files that nobody has looked at for a while are no part of the working set. */
export function memoryOf(meminfo: string, vmstat: string): MemoryStats {
  const amount = (name: string) => amountOf(meminfo, name) ?? 0;
  const total = amount('MemTotal');
  const usage = total - amount('MemFree');
  const workingSet = Math.max(0, usage - amount('Inactive(file)'));
  const count = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(vmstat)?.[1] ?? 0);
  return {
    workingSet,
    usage,
    rss: amount('AnonPages'),
    available: total - workingSet,
    pageFaults: count('pgfault'),
    majorPageFaults: count('pgmajfault'),
  };
}

/** What `/proc/net/dev` says of all interfaces but the loopback, and which of them `/proc/net/route` sends the rest of the world to. */
export function networkOf(devices: string, routes: string): NetworkStats {
  const interfaces = [...devices.matchAll(/^\s*([^\s:]+):(.*)$/gm)]
    .map(([, name = '', counts = '']) => {
      const [rxBytes = 0, , rxErrors = 0, , , , , , txBytes = 0, , txErrors = 0] = counts
        .trim()
        .split(/\s+/)
        .map(Number);
      return { name, rxBytes, rxErrors, txBytes, txErrors };
    })
    .filter(({ name }) => name !== 'lo');
  return { main: /^(\S+)\t00000000\t/m.exec(routes)?.[1], interfaces };
}
