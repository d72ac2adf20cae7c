import { deepCopy } from '../../apimachinery/object.ts';
import type { OwnerReference, Pod, PodTemplateSpec } from '../../generated/types.ts';

/** A pod as its controller would make it from a template. The API server gives it a name from the prefix. */
export function podFromTemplate(
  template: PodTemplateSpec,
  namespace: string,
  namePrefix: string,
  controller: OwnerReference,
): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: generateName(namePrefix),
      namespace,
      labels: { ...labels },
      ...(annotations && { annotations: { ...annotations } }),
      ...(finalizers && { finalizers: [...finalizers] }),
      ownerReferences: [controller],
    },
    spec: deepCopy(template.spec),
  };
}

/** A pod's name is a DNS label where that is possible: the owner's name and a dash (63 characters leave room for the suffix). */
const generateName = (owner: string) => `${owner}-`;
