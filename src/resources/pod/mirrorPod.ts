import type { Pod } from '../../generated/types.ts';

export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/** Whether a pod only shows what its node runs by itself, from a file. */
export const isMirrorPod = ({ metadata }: Pod): boolean =>
  metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
