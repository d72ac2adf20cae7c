import type { KubernetesObject } from '../apimachinery/object.ts';
import type { ResourceType } from '../apimachinery/resourceType.ts';
import type { Client } from './client.ts';
import { ignoreStatusError } from './ignoreStatusError.ts';

/** Creates the object unless one of its name is there; that one is left as it is. */
export async function ensure<T extends KubernetesObject>(
  client: Client,
  type: ResourceType<T>,
  object: T,
): Promise<void> {
  await ignoreStatusError(client.create(type, object), 'AlreadyExists');
}
