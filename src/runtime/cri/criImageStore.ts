import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { wholeDisk } from '../diskUse.ts';
import type { Disk, ImageStore, StoredImage } from '../runtime.ts';
import type { CriService } from './criService.ts';

/** The images of the host's runtime, which may have other users than this node. */
export class CriImageStore implements ImageStore {
  readonly #cri: CriService;

  constructor(cri: CriService) {
    this.#cri = cri;
  }

  async list(): Promise<readonly StoredImage[]> {
    const [images, containers, sandboxImage] = await Promise.all([
      this.#cri.listImages(),
      this.#cri.listContainers({}),
      this.#sandboxImage(),
    ]);
    const used = new Set(containers.map(({ imageRef }) => imageRef));
    return images.map(({ id, size, pinned, repoDigests }) => ({
      id,
      sizeBytes: size,
      isInUse: [id, ...repoDigests].some((name) => used.has(name)),
      isPinned: pinned || id === sandboxImage,
    }));
  }

  remove(id: string): Promise<void> {
    return this.#cri.removeImage(id);
  }

  async disk(): Promise<Disk> {
    let folder = (await this.#cri.imageFolder()) ?? '/';
    // The runtime may name a folder that it has yet to make.
    while (!existsSync(folder)) folder = dirname(folder);
    const { capacityBytes, availableBytes } = await wholeDisk(folder);
    return { capacityBytes, availableBytes };
  }

  /** Releases of containerd before 1.7 do not pin it. */
  async #sandboxImage(): Promise<string | undefined> {
    const { info } = await this.#cri.status();
    const name = /"sandboxImage":\s*"([^"]+)"/.exec(info.config ?? '')?.[1];
    return name && (await this.#cri.imageStatus(name))?.id;
  }
}
