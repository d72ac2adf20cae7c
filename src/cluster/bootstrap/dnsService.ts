import type { Client } from '../../client/client.ts';
import { ensure } from '../../client/ensure.ts';
import { Services } from '../../resources/kinds.ts';

const ADDRESS = '10.96.0.10';

/** The service by which pods in real containers ask for names; the agents of their nodes answer. As kubeadm has it. */
export async function ensureDnsService(client: Client): Promise<void> {
  const labels = {
    'k8s-app': 'kube-dns',
    'kubernetes.io/cluster-service': 'true',
    'kubernetes.io/name': 'CoreDNS',
  };
  await ensure(client, Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
    spec: {
      type: 'ClusterIP',
      clusterIP: ADDRESS,
      clusterIPs: [ADDRESS],
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
    },
  });
}
