import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { busyNanoseconds, hostStats, memoryOf, networkOf } from './hostStats.ts';

test('a processor is busy with all but waiting, and time of guests counts once', () => {
  const stat = 'cpu  100 20 30 5000 400 5 6 7 50 0\ncpu0 50 10 15 2500 200 2 3 3 25 0\n';
  expect(busyNanoseconds(stat)).toBe((100 + 20 + 30 + 5 + 6 + 7) * 10_000_000);
});

test('the working set is what is used but for files that nobody looks at', () => {
  const meminfo = [
    'MemTotal:        1000 kB',
    'MemFree:          300 kB',
    'Inactive:         250 kB',
    'Inactive(file):   200 kB',
    'AnonPages:        400 kB',
  ].join('\n');
  expect(memoryOf(meminfo, 'pgfault 12\npgmajfault 3\n')).toEqual({
    workingSet: 500 * 1024,
    usage: 700 * 1024,
    rss: 400 * 1024,
    available: 500 * 1024,
    pageFaults: 12,
    majorPageFaults: 3,
  });
});

describe('the network', () => {
  const devices = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo: 999 9 0 0 0 0 0 0 999 9 0 0 0 0 0 0',
    '  eth0:1000 10 1 0 0 0 0 0 2000 20 2 0 0 0 0 0',
  ].join('\n');
  const eth0 = { name: 'eth0', rxBytes: 1000, rxErrors: 1, txBytes: 2000, txErrors: 2 };

  test.each([
    ['has a main interface where the rest of the world is sent to it', 'eth0\t00000000\t0102A8C0\n', 'eth0'],
    ['has none without such a route', 'eth0\t0002A8C0\t00000000\n', undefined],
  ])('%s', (_title, routes, main) => {
    expect(networkOf(devices, `Iface\tDestination\tGateway\n${routes}`)).toEqual({
      main,
      interfaces: [eth0],
    });
  });
});

test('this machine has used something', async () => {
  const { cpu, memory, disk, processes } = await hostStats(new SystemClock(), tmpdir());
  expect(cpu.coreNanoseconds).toBeGreaterThan(0);
  expect(memory.workingSet).toBeGreaterThan(0);
  expect(disk!.usedBytes).toBeLessThanOrEqual(disk!.capacityBytes);
  expect(processes!.now).toBeLessThan(processes!.most);
});
