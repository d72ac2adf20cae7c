import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { DeleteOptions, Namespace } from '../../generated/types.ts';
import type { Resource } from '../../resources/resource.ts';

/** Keeps an object until the garbage collector has let go of its dependents. */
const ORPHAN_FINALIZER = 'orphan';
/** Keeps an object until the garbage collector has deleted its dependents. */
const FOREGROUND_FINALIZER = 'foregroundDeletion';

/** A custom kind may have the name of one that is built in. */
export const isNamespace = ({ kind, apiVersion }: KubernetesObject): boolean =>
  kind === 'Namespace' && apiVersion === 'v1';

/** Namespaces are held by finalizers in their spec as well. */
export const holdsSpecFinalizers = (object: KubernetesObject): boolean =>
  isNamespace(object) && Boolean((object as Namespace).spec?.finalizers?.length);

/** The finalizers that an object must have once its deletion was asked for in this way. */
export function finalizersForDeletion(
  resource: Resource,
  finalizers: readonly string[],
  options: DeleteOptions,
): string[] {
  const wish = propagationWish(options) ?? defaultWish(resource, finalizers);
  const keep = (name: string) => (wish === undefined ? finalizers.includes(name) : wish === name);
  return [
    ...finalizers.filter((name) => name !== ORPHAN_FINALIZER && name !== FOREGROUND_FINALIZER),
    ...[ORPHAN_FINALIZER, FOREGROUND_FINALIZER].filter(keep),
  ];
}

/** What the object itself says goes before what its kind does. */
const defaultWish = (resource: Resource, finalizers: readonly string[]): string | undefined =>
  resource.orphansByDefault && !finalizers.includes(FOREGROUND_FINALIZER) ? ORPHAN_FINALIZER : undefined;

/** What to tell those who leave it to the kind's default that dependents stay. */
export const orphanWarning = (resource: Resource, options: DeleteOptions): string | undefined =>
  propagationWish(options) === undefined ? resource.orphansByDefault?.warning : undefined;

/** The garbage collector's finalizer that the client asks for, '' for none, undefined when it does not say. */
function propagationWish({ orphanDependents, propagationPolicy }: DeleteOptions): string | undefined {
  if (orphanDependents !== undefined) return orphanDependents ? ORPHAN_FINALIZER : '';
  switch (propagationPolicy) {
    case 'Orphan':
      return ORPHAN_FINALIZER;
    case 'Foreground':
      return FOREGROUND_FINALIZER;
    case 'Background':
      return '';
    default:
      return undefined;
  }
}
