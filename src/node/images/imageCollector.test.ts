import { expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { StoredImage } from '../../runtime/runtime.ts';
import { ImageCollector } from './imageCollector.ts';

const image = (id: string, more: Partial<StoredImage> = {}): StoredImage => ({
  id,
  sizeBytes: 4,
  isInUse: false,
  isPinned: false,
  ...more,
});

/** A disk of a hundred bytes, looked at when the node starts and five minutes later. */
async function collect(availableBytes: number, images: StoredImage[], capacityBytes = 100) {
  const clock = new VirtualClock();
  const removed: string[] = [];
  const warnings: string[] = [];
  const collector = new ImageCollector({
    clock,
    images: {
      list: async () => images,
      remove: async (id) => void removed.push(id),
      disk: async () => ({ capacityBytes, availableBytes }),
    },
    warn: (reason, message) => warnings.push(`${reason}: ${message}`),
  });
  await clock.advance(5 * 60_000);
  collector.stop();
  return { removed, warnings };
}

test('images stay while the disk is less than 85 % full', async () => {
  expect(await collect(16, [image('a')])).toEqual({ removed: [], warnings: [] });
});

test('beyond that as many go as are needed to come down to 80 %', async () => {
  const { removed } = await collect(13, [image('a'), image('b'), image('c')]);
  expect(removed).toEqual(['a', 'b']);
});

test('what is in use or pinned never goes, and a node that cannot free enough says so', async () => {
  const images = [image('a', { isInUse: true }), image('b', { isPinned: true }), image('c')];
  const { removed, warnings } = await collect(5, images);
  const message =
    'Failed to garbage collect required amount of images. Attempted to free 15 bytes, but only found';
  expect(removed).toEqual(['c']);
  expect(warnings).toEqual([
    // What has just come is left alone.
    `FreeDiskSpaceFailed: ${message} 0 bytes eligible to free.`,
    `FreeDiskSpaceFailed: ${message} 4 bytes eligible to free.`,
    `ImageGCFailed: ${message} 4 bytes eligible to free.`,
  ]);
});

test('a disk without a size is warned of', async () => {
  const { warnings } = await collect(0, [], 0);
  expect(warnings[0]).toBe('InvalidDiskCapacity: invalid capacity 0 on image filesystem');
});
