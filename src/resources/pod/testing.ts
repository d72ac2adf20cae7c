import type { Container, Pod, PodSpec } from '../../generated/types.ts';
import { setPodDefaults } from './podDefaults.ts';

/** A container of a test: `c`, of the image `nginx`. */
export const container = (fields: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'nginx',
  ...fields,
});

/** A pod of a test with its defaults set; it shows only what matters. */
export function pod(spec: Partial<PodSpec> = {}, fields: Partial<Omit<Pod, 'spec'>> = {}): Pod {
  const result: Pod = {
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [container()], ...spec },
    ...fields,
  };
  setPodDefaults(result);
  return result;
}
