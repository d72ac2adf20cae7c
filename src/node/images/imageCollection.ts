import type { Ms } from '../../clock/clock.ts';
import type { Disk, StoredImage } from '../../runtime/runtime.ts';

/** The kubelet's defaults: from so much of the disk on, down to so much, and never what has just come. */
const HIGH_PERCENT = 85;
const LOW_PERCENT = 80;
const LEAST_AGE_MS = 2 * 60_000;

/** What the node remembers of an image. */
export interface SeenImage {
  readonly firstSeenAt: Ms;
  /** 0 when it was never seen in use. */
  readonly lastUsedAt: Ms;
}

export type SeenImages = ReadonlyMap<string, SeenImage>;

/** What is known of the images once these have been seen. */
export function remember(seen: SeenImages, images: readonly StoredImage[], now: Ms): SeenImages {
  return new Map(
    images.map(({ id, isInUse }) => {
      const { firstSeenAt = now, lastUsedAt = 0 } = seen.get(id) ?? {};
      return [id, { firstSeenAt, lastUsedAt: isInUse ? now : lastUsedAt }];
    }),
  );
}

/** How many bytes must be freed. */
export function bytesToFree({ capacityBytes, availableBytes }: Disk): number {
  const usedPercent = 100 - Math.floor((availableBytes * 100) / capacityBytes);
  if (usedPercent < HIGH_PERCENT) return 0;
  return Math.floor((capacityBytes * (100 - LOW_PERCENT)) / 100) - availableBytes;
}

/** Those that may go, in the order in which they go: what was not used for the longest time comes first. */
export function collectible(images: readonly StoredImage[], seen: SeenImages, now: Ms): StoredImage[] {
  const lastUsed = ({ id }: StoredImage) => seen.get(id)?.lastUsedAt ?? 0;
  const firstSeen = ({ id }: StoredImage) => seen.get(id)?.firstSeenAt ?? now;
  return images
    .filter((image) => !image.isInUse && !image.isPinned && now - firstSeen(image) >= LEAST_AGE_MS)
    .toSorted((a, b) => lastUsed(a) - lastUsed(b) || firstSeen(a) - firstSeen(b));
}
