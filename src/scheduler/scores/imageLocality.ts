import type { NodeInfo } from '../nodeInfo.ts';
import { HIGHEST_SCORE, type Score } from '../plugin.ts';
import type { PodInfo } from '../podInfo.ts';
import type { Snapshot } from '../snapshot.ts';

const MEGABYTE = 1024 * 1024;
const LEAST_BYTES = 23 * MEGABYTE;
const MOST_BYTES_PER_CONTAINER = 1000 * MEGABYTE;

/** Better where the images are already. An image that few nodes have counts less, lest all its pods crowd there. */
export const imageLocality: Score = {
  name: 'ImageLocality',
  weight: 1,
  rate(pod, nodes, snapshot) {
    const images = imagesOf(pod).filter((image) => snapshot.nodesWithImage(image) > 0);
    if (images.length === 0) return undefined;
    const most = MOST_BYTES_PER_CONTAINER * imagesOf(pod).length;
    return nodes.map((node) => {
      const bytes = images.reduce((sum, image) => sum + weightedBytes(node, image, snapshot), 0);
      const bounded = Math.min(most, Math.max(LEAST_BYTES, bytes));
      return Math.floor((HIGHEST_SCORE * (bounded - LEAST_BYTES)) / (most - LEAST_BYTES));
    });
  },
};

const weightedBytes = (node: NodeInfo, image: string, snapshot: Snapshot): number =>
  Math.floor(((node.images.get(image) ?? 0) * snapshot.nodesWithImage(image)) / snapshot.nodes.length);

const imagesOf = ({ pod: { spec } }: PodInfo): string[] =>
  [...(spec.initContainers ?? []), ...spec.containers].map(({ image = '' }) => withTag(image));

/** `nginx` means `nginx:latest`. */
const withTag = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
