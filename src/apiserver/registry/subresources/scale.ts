import { conflict, invalid, staleVersion } from '../../../apimachinery/errors.ts';
import { invalidValue } from '../../../apimachinery/fieldErrors.ts';
import { deepCopy, type KubernetesObject, nameOf } from '../../../apimachinery/object.ts';
import type { Scale } from '../../../generated/types.ts';
import type { Resource, ScaleAccess } from '../../../resources/resource.ts';
import type { Change } from '../update.ts';

/** The `autoscaling/v1` view of an object that has replicas. */
export function scaleOf(access: ScaleAccess<KubernetesObject>, object: KubernetesObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as Scale['metadata'],
    spec: { replicas: access.replicas(object) },
    status: { replicas: access.statusReplicas(object), selector: access.selector(object) },
  };
}

/** The change that a new scale asks for. */
export const scaled =
  (resource: Resource, access: ScaleAccess<KubernetesObject>, scale: Scale): Change =>
  (stored) => {
    const { resourceVersion, uid } = scale.metadata ?? {};
    if (resourceVersion && resourceVersion !== stored.metadata.resourceVersion) {
      throw staleVersion(resource, nameOf(stored));
    }
    if (uid && uid !== stored.metadata.uid) {
      throw conflict(
        resource,
        nameOf(stored),
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.metadata.uid}`,
      );
    }
    const replicas = scale.spec?.replicas ?? 0;
    if (replicas < 0) {
      throw invalid({ group: 'autoscaling', kind: 'Scale' }, nameOf(stored), [
        invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
      ]);
    }
    const next = deepCopy(stored);
    access.setReplicas(next, replicas);
    return next;
  };
