import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { Namespace } from '../../../generated/types.ts';
import type { EndpointRules } from '../updateRules.ts';

/** `/finalize` of a namespace writes the finalizers in its spec, and nothing else. */
export const finalizeRules: EndpointRules = {
  take(given: KubernetesObject, stored: KubernetesObject) {
    const finalizers = [...((given as Namespace).spec?.finalizers ?? [])];
    const { resourceVersion } = given.metadata ?? {};
    const next: Namespace = {
      ...stored,
      metadata: { ...stored.metadata, ...(resourceVersion && { resourceVersion }) },
      spec: finalizers.length > 0 ? { finalizers } : {},
    };
    return next;
  },
  prepareUpdate: () => {},
  validateUpdate: () => [],
};
