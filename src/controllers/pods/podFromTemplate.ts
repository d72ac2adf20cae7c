import { deepCopy } from '../../apimachinery/object.ts';
import type { OwnerReference, Pod, PodTemplateSpec } from '../../generated/types.ts';

/** A pod as its controller would make it from a template. The API server gives it a name that begins with its owner's, cut where it is long. */
export function podFromTemplate(
  template: PodTemplateSpec,
  namespace: string,
  ownerName: string,
  controller: OwnerReference,
): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${ownerName}-`,
      namespace,
      labels: { ...labels },
      ...(annotations && { annotations: { ...annotations } }),
      ...(finalizers && { finalizers: [...finalizers] }),
      ownerReferences: [controller],
    },
    spec: deepCopy(template.spec),
  };
}
