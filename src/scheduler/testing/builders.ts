import { SeededRandom } from '../../clock/random.ts';
import type { Container, Node, Pod } from '../../generated/types.ts';
import { podInfoOf } from '../podInfo.ts';
import { schedulePod } from '../schedulePod.ts';
import { Snapshot } from '../snapshot.ts';

export interface NodeFields {
  labels?: Record<string, string>;
  spec?: Node['spec'];
  allocatable?: Record<string, string>;
  images?: NonNullable<Node['status']>['images'];
}

export const aNode = (name: string, { labels, spec, allocatable, images }: NodeFields = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec: spec ?? {},
  status: {
    allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...allocatable },
    ...(images && { images }),
  },
});

export interface PodFields extends Partial<Pod['spec']> {
  labels?: Record<string, string>;
  namespace?: string;
  requests?: Record<string, string>;
  hostPort?: number;
}

export function aPod(name: string, fields: PodFields = {}): Pod {
  const { labels, namespace = 'default', requests, hostPort, ...spec } = fields;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${name}`, generation: 1, ...(labels && { labels }) },
    spec: { containers: [aContainer(requests, hostPort)], ...spec },
    status: { phase: 'Pending' },
  };
}

export const aContainer = (requests?: Record<string, string>, hostPort?: number): Container => ({
  name: 'main',
  image: 'nginx:1.14-alpine',
  ...(requests && { resources: { requests } }),
  ...(hostPort !== undefined && { ports: [{ containerPort: 80, hostPort }] }),
});

/** A pod of a DaemonSet: it names its node. */
export const aDaemonPod = (name: string, node: string, fields: PodFields = {}): Pod =>
  aPod(name, {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
        },
      },
    },
    ...fields,
  });

export function aSnapshot(nodes: readonly Node[], placed: readonly Pod[] = []): Snapshot {
  const snapshot = new Snapshot();
  for (const node of nodes) snapshot.setNode(node);
  for (const pod of placed) snapshot.setPod(pod);
  return snapshot;
}

/** The name of the node that a pod gets, or what its owner is told. */
export function placeOf(pod: Pod, snapshot: Snapshot, seed = 1): string {
  const outcome = schedulePod(podInfoOf(pod), snapshot, { random: new SeededRandom(seed) });
  return 'node' in outcome ? outcome.node : outcome.unschedulable;
}
