import { isStatusError } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client } from '../../client/client.ts';

/** Creates the object unless one of its name is there; that one is left as it is. */
export async function ensure<T extends KubernetesObject>(
  client: Client,
  type: ResourceType<T>,
  object: T,
): Promise<void> {
  try {
    await client.create(type, object);
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
}
