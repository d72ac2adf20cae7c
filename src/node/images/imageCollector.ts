import { type Cancel, type Clock, callEvery } from '../../clock/clock.ts';
import type { ImageStore, StoredImage } from '../../runtime/runtime.ts';
import { bytesToFree, collectible, remember, type SeenImages } from './imageCollection.ts';

/** As often as upstream looks. */
const COLLECTION_MS = 5 * 60_000;

export interface ImageCollectorOptions {
  readonly clock: Clock;
  readonly images: ImageStore;
  /** Writes a warning about the node. */
  warn(reason: string, message: string): void;
}

/** Removes images that nobody uses when the disk runs full. */
export class ImageCollector {
  readonly #options: ImageCollectorOptions;
  readonly #stop: Cancel;
  #seen: SeenImages = new Map();
  #hasFailed = false;

  constructor(options: ImageCollectorOptions) {
    this.#options = options;
    this.#stop = callEvery(options.clock, COLLECTION_MS, () => void this.look());
    void this.look();
  }

  stop(): void {
    this.#stop();
  }

  /** Never throws: what fails is tried again with the next look, and told from the second time on. */
  async look(): Promise<void> {
    try {
      await this.#collect();
      this.#hasFailed = false;
    } catch (error) {
      if (this.#hasFailed) this.#options.warn('ImageGCFailed', (error as Error).message);
      this.#hasFailed = true;
    }
  }

  /** Removes all images that nobody uses, whatever room there is. Tells how much that gave back. */
  async removeUnused(): Promise<number> {
    const { images, clock } = this.#options;
    const found = await images.list();
    this.#seen = remember(this.#seen, found, clock.elapsed());
    return this.#free(collectible(found, this.#seen, clock.elapsed()), Number.POSITIVE_INFINITY);
  }

  async #collect(): Promise<void> {
    const { images, clock, warn } = this.#options;
    const found = await images.list();
    this.#seen = remember(this.#seen, found, clock.elapsed());
    const disk = await images.disk();
    if (disk.capacityBytes === 0) {
      warn('InvalidDiskCapacity', 'invalid capacity 0 on image filesystem');
      throw new Error('invalid capacity 0 on image filesystem');
    }
    const wanted = bytesToFree(disk);
    if (wanted <= 0) return;
    const freed = await this.#free(collectible(found, this.#seen, clock.elapsed()), wanted);
    if (freed >= wanted) return;
    const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free.`;
    warn('FreeDiskSpaceFailed', message);
    throw new Error(message);
  }

  /** One that cannot be removed keeps nobody from removing the others. */
  async #free(candidates: readonly StoredImage[], wanted: number): Promise<number> {
    let freed = 0;
    for (const { id, sizeBytes } of candidates) {
      if (freed >= wanted) break;
      const isGone = await this.#options.images.remove(id).then(
        () => true,
        () => false,
      );
      if (isGone) freed += sizeBytes;
    }
    return freed;
  }
}
