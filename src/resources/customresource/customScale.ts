import { internalError } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import { isJsonObject, type JsonObject } from '../../apimachinery/patch/jsonValue.ts';
import type { CustomResourceSubresourceScale } from '../../generated/types.ts';
import type { ScaleAccess } from '../resource.ts';

/** What a simple path, `.spec.replicas`, leads to. */
export function valueAt(root: unknown, path: string | undefined): unknown {
  if (!path) return undefined;
  let value: unknown = root;
  for (const name of path.slice(1).split('.'))
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** How `/scale` reads and writes a custom kind. */
export const customScale = (paths: CustomResourceSubresourceScale): ScaleAccess<KubernetesObject> => ({
  replicas(object) {
    const replicas = valueAt(object, paths.specReplicasPath);
    if (typeof replicas === 'number') return replicas;
    throw internalError(`the spec replicas field "${paths.specReplicasPath}" does not exist`);
  },
  setReplicas: (object, replicas) => setAt(object as unknown as JsonObject, paths.specReplicasPath, replicas),
  statusReplicas: (object) => Number(valueAt(object, paths.statusReplicasPath) ?? 0),
  selector: (object) => String(valueAt(object, paths.labelSelectorPath) ?? ''),
});

function setAt(root: JsonObject, path: string, value: unknown): void {
  const names = path.slice(1).split('.');
  let parent = root;
  for (const name of names.slice(0, -1)) {
    if (!isJsonObject(parent[name])) parent[name] = {};
    parent = parent[name] as JsonObject;
  }
  parent[names.at(-1)!] = value;
}
