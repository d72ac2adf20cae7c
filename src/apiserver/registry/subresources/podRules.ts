import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { Pod } from '../../../generated/types.ts';
import {
  prepareEphemeralContainersUpdate,
  validateEphemeralContainersUpdate,
} from '../../../resources/pod/ephemeralContainersUpdate.ts';
import { preparePodResize, validatePodResize } from '../../../resources/pod/resize.ts';
import type { Resource } from '../../../resources/resource.ts';
import { semanticEqual } from '../../../resources/semanticEqual.ts';
import { ownCopy } from '../metadata.ts';
import type { EndpointRules } from '../updateRules.ts';

/** `/ephemeralcontainers` of a pod. */
export const ephemeralContainersRules = (resource: Resource): EndpointRules => ({
  take(given, stored) {
    const next = ownCopy(resource, given);
    prepareEphemeralContainersUpdate(next as Pod, stored as Pod);
    return next;
  },
  prepareUpdate(next: KubernetesObject, stored: KubernetesObject) {
    next.metadata.generation = (stored.metadata.generation ?? 0) + 1;
  },
  validateUpdate: (next, stored) => validateEphemeralContainersUpdate(next as Pod, stored as Pod),
});

/** `/resize` of a pod. */
export const resizeRules = (resource: Resource): EndpointRules => ({
  take(given, stored) {
    const next = ownCopy(resource, given);
    preparePodResize(next as Pod, stored as Pod);
    return next;
  },
  prepareUpdate(next: KubernetesObject, stored: KubernetesObject) {
    if (semanticEqual((next as Pod).spec, (stored as Pod).spec)) return;
    next.metadata.generation = (stored.metadata.generation ?? 0) + 1;
  },
  validateUpdate: (next, stored) => validatePodResize(next as Pod, stored as Pod),
});
