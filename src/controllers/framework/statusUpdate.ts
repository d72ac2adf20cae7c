import { deepEqual, type KubernetesObject } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client } from '../../client/client.ts';

/** Writes an object's status if it differs, by compare-and-swap on the version that was observed. */
export async function updateStatus<T extends KubernetesObject & { status?: object }>(
  client: Client,
  type: ResourceType<T>,
  object: T,
  status: NonNullable<T['status']>,
): Promise<void> {
  if (deepEqual(object.status ?? {}, status)) return;
  await client.update(type, { ...object, status }, { subresource: 'status' });
}
