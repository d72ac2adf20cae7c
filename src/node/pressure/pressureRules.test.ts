import { describe, expect, test } from 'vitest';
import type { Pod } from '../../generated/types.ts';
import type { HostStats } from '../../runtime/stats.ts';
import { evictionMessage } from './evictionMessage.ts';
import { firstToGo } from './evictionOrder.ts';
import { afterLook, pressuresIn } from './pressureState.ts';
import { observe } from './signals.ts';
import { HARD_THRESHOLDS, type Shortage, shortagesIn } from './thresholds.ts';

const MEBI = 2 ** 20;
const GIBI = 2 ** 30;

const host = (rest: Partial<HostStats> = {}): HostStats => ({
  at: 0,
  cpu: { coreNanoseconds: 0 },
  memory: { workingSet: GIBI },
  ...rest,
});

describe('what can run out', () => {
  test('is all that the machine tells of', () => {
    const disk = { capacityBytes: 100, availableBytes: 40, usedBytes: 60, inodes: 10, inodesFree: 4 };
    const stats = host({
      memory: { workingSet: GIBI, available: 3 * GIBI },
      disk,
      processes: { now: 30, most: 100 },
    });
    expect(observe(stats, { capacityBytes: 200, availableBytes: 50 })).toEqual([
      { signal: 'memory.available', available: 3 * GIBI, capacity: 4 * GIBI },
      { signal: 'nodefs.available', available: 40, capacity: 100 },
      { signal: 'nodefs.inodesFree', available: 4, capacity: 10 },
      { signal: 'imagefs.available', available: 50, capacity: 200 },
      { signal: 'pid.available', available: 70, capacity: 100 },
    ]);
  });

  test('is nothing where it tells of nothing', () => {
    expect(observe(host(), undefined)).toEqual([]);
  });

  test('is not the inodes of a disk that does not count them', () => {
    const disk = { capacityBytes: 100, availableBytes: 40, usedBytes: 60, inodes: 0, inodesFree: 0 };
    expect(observe(host({ disk }), undefined).map(({ signal }) => signal)).toEqual(['nodefs.available']);
  });
});

test.each([
  ['memory', 'memory.available', 99 * MEBI, 8 * GIBI, true],
  ['memory that just suffices', 'memory.available', 100 * MEBI, 8 * GIBI, false],
  ['the disk', 'nodefs.available', 49, 1000, true],
  ['a disk that just suffices', 'nodefs.available', 50, 1000, false],
  ['inodes', 'nodefs.inodesFree', 4, 100, true],
  ['the disk of images', 'imagefs.available', 1, 100, true],
  ['processes, of which the kubelet bounds none by itself', 'pid.available', 0, 100, false],
] as const)('short or not: %s', (_title, signal, available, capacity, isShort) => {
  expect(shortagesIn([{ signal, available, capacity }], HARD_THRESHOLDS)).toHaveLength(isShort ? 1 : 0);
});

test('memory is seen to first', () => {
  const observations = [
    { signal: 'nodefs.available', available: 0, capacity: 100 },
    { signal: 'memory.available', available: 0, capacity: 100 },
  ] as const;
  const [first, second] = shortagesIn(observations, HARD_THRESHOLDS);
  expect([first?.signal, second?.signal]).toEqual(['memory.available', 'nodefs.available']);
});

const MINUTE_MS = 60_000;
const lowMemory: Shortage = { signal: 'memory.available', available: 50 * MEBI, least: 100 * MEBI };

test('a pressure lasts for five minutes after the last shortage', () => {
  const begun = afterLook(new Map(), [lowMemory], 0);
  const again = afterLook(begun, [lowMemory], MINUTE_MS);
  const still = afterLook(again, [], 6 * MINUTE_MS - 1);
  expect([...pressuresIn(still)]).toEqual(['MemoryPressure']);
  expect([...pressuresIn(afterLook(still, [], 6 * MINUTE_MS))]).toEqual([]);
});

const pod = (name: string, request: string | undefined, rest: Partial<Pod['spec']> = {}): Pod => ({
  metadata: { name },
  spec: {
    containers: [
      { name: 'main', image: 'a', ...(request && { resources: { requests: { memory: request } } }) },
    ],
    ...rest,
  },
});
const mirror: Pod = {
  ...pod('mirror', undefined),
  metadata: { name: 'mirror', annotations: { 'kubernetes.io/config.mirror': 'x' } },
};

const orders: Record<string, { pods: [Pod, number][]; want: string | undefined }> = {
  'who uses more than it requests goes before who does not': {
    pods: [
      [pod('modest', '2Gi', { priority: -10 }), GIBI],
      [pod('greedy', '1Gi'), GIBI + 1],
    ],
    want: 'greedy',
  },
  'of those the one of lower priority': {
    pods: [
      [pod('important', undefined, { priority: 10 }), 2 * GIBI],
      [pod('unimportant', undefined, { priority: 5 }), GIBI],
    ],
    want: 'unimportant',
  },
  'of those the one that uses the most beyond its request': {
    pods: [
      [pod('a', '2Gi'), 3 * GIBI],
      [pod('b', undefined), 2 * GIBI],
    ],
    want: 'b',
  },
  'what is critical to the system stays': {
    pods: [
      [pod('critical', undefined, { priority: 2_000_000_000 }), GIBI],
      [mirror, GIBI],
    ],
    want: undefined,
  },
  'what the pod requests as a whole counts': {
    pods: [
      [pod('whole', undefined, { resources: { requests: { memory: '4Gi' } } }), 3 * GIBI],
      [pod('parts', '1Gi'), 2 * GIBI],
    ],
    want: 'parts',
  },
};
for (const [name, { pods, want }] of Object.entries(orders)) {
  test(`eviction: ${name}`, () => {
    const consumers = pods.map(([each, used]) => ({ pod: each, used }));
    expect(firstToGo(consumers, 'memory')?.pod.metadata.name).toBe(want);
  });
}

test('an evicted pod is told what was short, and which of its containers used more than they request', () => {
  const containers = [
    { container: { name: 'main', image: 'a', resources: { requests: { memory: '1Gi' } } }, used: 2 * GIBI },
    { container: { name: 'modest', image: 'a', resources: { requests: { memory: '1Gi' } } }, used: MEBI },
    { container: { name: 'silent', image: 'a' }, used: MEBI + 1 },
  ];
  expect(evictionMessage(lowMemory, containers)).toBe(
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. ' +
      'Container main was using 2Gi, request is 1Gi, has larger consumption of memory. ' +
      'Container silent was using 1Mi, request is 0, has larger consumption of memory. ',
  );
});
