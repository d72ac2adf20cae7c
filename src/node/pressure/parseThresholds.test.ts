import { expect, test } from 'vitest';
import { parseThresholds } from './parseThresholds.ts';

const GIBI = 2 ** 30;

test.each([
  ['memory.available<100Mi', [['memory.available', 100 * 2 ** 20]]],
  [
    ' nodefs.available<10% , imagefs.available<2.5%',
    [
      ['nodefs.available', GIBI / 10],
      ['imagefs.available', GIBI / 40],
    ],
  ],
  ['pid.available<1k', [['pid.available', 1000]]],
  ['nodefs.inodesFree<0%', [['nodefs.inodesFree', 0]]],
  ['nodefs.inodesFree<100%', [['nodefs.inodesFree', 0]]],
  ['', []],
] as const)('%j is read', (text, want) => {
  const read = parseThresholds(text).map(({ signal, least }) => [signal, least(GIBI)]);
  expect(read).toEqual(want.map(([signal, least]) => [signal, Math.floor(least)]));
});

test.each([
  ['memory.available', '"memory.available" is no threshold: one looks like memory.available<100Mi.'],
  ['memory.available<1<2', '"memory.available<1<2" is no threshold: one looks like memory.available<100Mi.'],
  [
    'memory<1Gi',
    '"memory" is none of memory.available, nodefs.available, nodefs.inodesFree, imagefs.available, pid.available.',
  ],
  [
    'memory.available<much',
    '"much" of memory.available must be an amount of at least 0 (100Mi) or a percentage from 0% to 100%.',
  ],
  [
    'memory.available<-1',
    '"-1" of memory.available must be an amount of at least 0 (100Mi) or a percentage from 0% to 100%.',
  ],
  [
    'memory.available<101%',
    '"101%" of memory.available must be an amount of at least 0 (100Mi) or a percentage from 0% to 100%.',
  ],
  ['memory.available<1,memory.available<2', 'memory.available is given twice.'],
])('%j is refused', (text, want) => {
  expect(() => parseThresholds(text)).toThrow(want);
});
