import { notFound } from '../../apimachinery/errors.ts';
import type { Stored } from '../../store/store.ts';
import type { RegistryParts } from './registryParts.ts';
import { checkNotFuture, parseResourceVersion } from './requestedVersion.ts';
import { keyOfTarget, type Target } from './target.ts';

/** The object, at least as new as `resourceVersion` if that is given. */
export function get({ store }: RegistryParts, target: Target, resourceVersion?: string): Stored {
  checkNotFuture(parseResourceVersion(resourceVersion), store.revision);
  const stored = store.get(keyOfTarget(target));
  if (!stored) throw notFound(target.resource, target.name);
  return stored;
}
