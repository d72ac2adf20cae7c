import { type KubernetesObject, keyOf } from '../../../apimachinery/object.ts';
import type { ResourceType } from '../../../apimachinery/resourceType.ts';
import type { Client } from '../../../client/client.ts';
import { ensure } from '../../../client/ensure.ts';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../../resources/kinds.ts';
import { defaultBindings } from './bindings.ts';
import { componentRoles } from './componentRoles.ts';
import { everyonesRoles } from './everyonesRoles.ts';
import { clusterInfoBinding, clusterInfoRole, kubeadmBindings, kubeadmRoles } from './kubeadm.ts';
import { nodeRoles } from './nodeRoles.ts';
import { userRoles } from './userRoles.ts';

/**
 * Creates those of the default roles and bindings that are missing, upstream's and kubeadm's. What is there already is left as it is.
 * The namespace kube-public must exist.
 */
export async function ensureBootstrapPolicy(client: Client): Promise<void> {
  const roles = [...userRoles, ...everyonesRoles, ...nodeRoles, ...componentRoles, ...kubeadmRoles];
  await Promise.all([
    createMissing(client, ClusterRoles, roles),
    createMissing(client, ClusterRoleBindings, [...defaultBindings, ...kubeadmBindings]),
    createMissing(client, Roles, [clusterInfoRole]),
    createMissing(client, RoleBindings, [clusterInfoBinding]),
  ]);
}

async function createMissing<T extends KubernetesObject>(
  client: Client,
  type: ResourceType<T>,
  wanted: readonly T[],
): Promise<void> {
  const { items } = await client.list(type);
  const present = new Set(items.map(keyOf));
  const missing = wanted.filter((object) => !present.has(keyOf(object)));
  // Another server of the same store may be creating them, too.
  await Promise.all(missing.map((object) => ensure(client, type, object)));
}
