import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Resource } from '../../resources/resource.ts';

// Where a webhook converts between the versions of a kind, a request works in the version that its client speaks: the stored object is shown
// in it first, and what is written is converted last. Of all other kinds the stored object is the one that is worked with.

/** Resolves when these stored objects can be shown; undefined when they can already. */
export const preparedFor = (
  { custom }: Resource,
  stored: readonly KubernetesObject[],
): Promise<void> | undefined => custom?.conversion?.prepare(stored);

/** A stored object, prepared, as a request works with it. */
export const workedWith = ({ custom }: Resource, stored: KubernetesObject): KubernetesObject =>
  custom?.conversion ? custom.show(stored) : stored;

/** The same of one that may have to be prepared. */
export function shownObject(
  resource: Resource,
  stored: KubernetesObject,
): KubernetesObject | Promise<KubernetesObject> {
  const preparation = preparedFor(resource, [stored]);
  return preparation ? preparation.then(() => workedWith(resource, stored)) : workedWith(resource, stored);
}

/** What is written, in the version in which it is kept; undefined when it is so already. */
export const keptForm = (
  { custom }: Resource,
  object: KubernetesObject,
): Promise<KubernetesObject> | undefined =>
  custom?.conversion && custom.writtenVersion !== custom.storedVersion
    ? custom.conversion.convert(object, custom.storedVersion)
    : undefined;
