import { createHash } from 'node:crypto';
import { type Image, ImagePullError } from '../runtime.ts';

/** The images of a simulated node: every image exists, but for those that a pattern names. */
export class SimulatedImages {
  readonly #unpullable: readonly RegExp[];
  readonly #present = new Map<string, Image>();

  constructor(unpullable: readonly RegExp[]) {
    this.#unpullable = unpullable;
  }

  get(image: string): Image | undefined {
    return this.#present.get(fullName(image));
  }

  pull(image: string): Image {
    const name = fullName(image);
    if (this.#unpullable.some((pattern) => pattern.test(image) || pattern.test(name))) {
      throw new ImagePullError(
        `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`,
      );
    }
    const pulled = imageNamed(name);
    this.#present.set(name, pulled);
    return pulled;
  }

  /** Takes an image for present that a container of an earlier life runs on. */
  adopt(image: string): void {
    const name = fullName(image);
    this.#present.set(name, imageNamed(name));
  }
}

const known = new Map<string, Image>();

function imageNamed(name: string): Image {
  let image = known.get(name);
  if (!image) {
    const digest = createHash('sha256').update(name).digest('hex');
    const repository = name.replace(/(:[^/:]*)?(@.*)?$/, '');
    image = {
      id: `${repository}@sha256:${digest}`,
      sizeBytes: 2_000_000 + (parseInt(digest.slice(0, 8), 16) % 60_000_000),
    };
    known.set(name, image);
  }
  return image;
}

/** `nginx` is short for `docker.io/library/nginx:latest`. */
export function fullName(image: string): string {
  const first = image.split('/')[0]!;
  const hasRegistry = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const placed = hasRegistry
    ? image
    : image.includes('/')
      ? `docker.io/${image}`
      : `docker.io/library/${image}`;
  return /(:[^/]+|@[^/]+)$/.test(placed) ? placed : `${placed}:latest`;
}
