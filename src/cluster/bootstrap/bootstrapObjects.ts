import { ensureBootstrapPolicy } from '../../apiserver/authorization/bootstrapPolicy/ensureBootstrapPolicy.ts';
import type { Client } from '../../client/client.ts';
import { ensure } from '../../client/ensure.ts';
import { ensureApiService } from '../../controllers/kubernetesservice/apiService.ts';
import type { Namespace, PriorityClass } from '../../generated/types.ts';
import { ConfigMaps, Namespaces, PriorityClasses } from '../../resources/kinds.ts';
import type { ServerAddress } from '../../runtime/runtime.ts';
import { ensureDnsService } from './dnsService.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** What every cluster holds from its first moment. Runs at each start; what is there already is left alone. */
export async function ensureBootstrapObjects(
  client: Client,
  server: ServerAddress,
  clusterInfoKubeconfig: string | undefined,
): Promise<void> {
  await Promise.all(NAMESPACES.map((name) => ensure(client, Namespaces, namespaceNamed(name))));
  await Promise.all([
    ensureBootstrapPolicy(client),
    ensure(client, PriorityClasses, systemClass('system-node-critical', 2_000_001_000, NODE_CRITICAL)),
    ensure(client, PriorityClasses, systemClass('system-cluster-critical', 2_000_000_000, CLUSTER_CRITICAL)),
    ensureApiService(client, server),
    ensureDnsService(client),
    clusterInfoKubeconfig === undefined ? undefined : ensureClusterInfo(client, clusterInfoKubeconfig),
  ]);
}

const namespaceNamed = (name: string): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
  spec: {},
});

const NODE_CRITICAL = 'Used for system critical pods that must not be moved from their current node.';
const CLUSTER_CRITICAL =
  'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.';

const systemClass = (name: string, value: number, description: string): PriorityClass => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value,
  description,
  preemptionPolicy: 'PreemptLowerPriority',
});

/** What a joining machine may read before it knows anybody (kubeadm's discovery). */
async function ensureClusterInfo(client: Client, kubeconfig: string): Promise<void> {
  const ref = { name: 'cluster-info', namespace: 'kube-public' };
  await ensure(client, ConfigMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ref,
    data: { kubeconfig },
  });
  const existing = await client.get(ConfigMaps, ref);
  if (existing.data?.kubeconfig === kubeconfig) return;
  await client.patch(ConfigMaps, ref, { type: 'merge', body: { data: { kubeconfig } } });
}
