import type { Registry } from '../registry/registry.ts';
import type { AdmissionPlugin } from './admission.ts';

/** Every admission plugin, in the order in which they run. */
export function allPlugins(_registry: () => Registry): readonly AdmissionPlugin[] {
  return [];
}
