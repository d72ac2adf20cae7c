import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usageOfGroups } from './groupUsage.ts';

let proc: string;
beforeAll(() => {
  proc = mkdtempSync(join(tmpdir(), 'sampan-proc-'));
});
afterAll(() => rmSync(proc, { recursive: true }));

interface Given {
  readonly group: number;
  readonly session: number;
  /** Of itself, and of its children that have ended. */
  readonly ticks: readonly [user: number, system: number, childUser: number, childSystem: number];
  readonly pages?: number;
  readonly rollup?: string;
}

function process(pid: number, { group, session, ticks, pages = 0, rollup }: Given): void {
  mkdirSync(join(proc, String(pid)));
  const rest = [0, 0, 0, 7, 0, 2, 0, ...ticks, 20, 0, 1, 0, 1000, 99_999, pages];
  writeFileSync(
    join(proc, String(pid), 'stat'),
    `${pid} (a) b) S 1 ${group} ${session} ${rest.join(' ')} 0\n`,
  );
  if (rollup) writeFileSync(join(proc, String(pid), 'smaps_rollup'), rollup);
}

test('a group uses what its processes do, those of its session and those that have ended', () => {
  const rollup = 'Rss: 500 kB\nPss:     100 kB\nPss_Anon:   60 kB\n';
  process(10, { group: 10, session: 10, ticks: [1, 2, 30, 40], rollup });
  process(11, { group: 11, session: 10, ticks: [3, 4, 0, 0], pages: 2 });
  process(12, { group: 12, session: 12, ticks: [500, 0, 0, 0], rollup });
  mkdirSync(join(proc, '13')); // it ends while it is looked at
  writeFileSync(join(proc, 'meminfo'), '');
  expect(usageOfGroups(new Set([10, 99]), proc)).toEqual(
    new Map([
      [
        10,
        {
          cpu: { coreNanoseconds: 800_000_000 },
          memory: {
            workingSet: 108 * 1024,
            usage: 108 * 1024,
            rss: 68 * 1024,
            pageFaults: 14,
            majorPageFaults: 4,
          },
        },
      ],
      [
        99,
        {
          cpu: { coreNanoseconds: 0 },
          memory: { workingSet: 0, usage: 0, rss: 0, pageFaults: 0, majorPageFaults: 0 },
        },
      ],
    ]),
  );
});

test('nobody looks where there are no groups', () => {
  expect(usageOfGroups(new Set(), '/no/such/folder')).toEqual(new Map());
});
