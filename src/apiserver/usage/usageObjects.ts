import { goDuration } from '../../apimachinery/goDuration.ts';
import { formatQuantity, wholeQuantity } from '../../apimachinery/quantity.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Node, NodeMetrics, Pod, PodMetrics } from '../../generated/types.ts';
import type { ContainerUsage, Usage } from '../streams/nodeAccess.ts';
import { METRICS_API_VERSION } from './usageKinds.ts';

/** What a node uses, as `metrics.k8s.io` shows it. `now` is when it is shown. */
export const nodeMetrics = ({ metadata: { name, labels } }: Node, usage: Usage, now: EpochMs) =>
  ({
    kind: 'NodeMetrics',
    apiVersion: METRICS_API_VERSION,
    metadata: { name, creationTimestamp: timestamp(now), ...(labels && { labels }) },
    ...windowOf(usage),
    usage: amountsOf(usage),
  }) satisfies NodeMetrics;

/** What the containers of a pod use. Its time is that of the oldest look. */
export function podMetrics({ metadata }: Pod, containers: readonly ContainerUsage[], now: EpochMs) {
  const oldest = containers.reduce((a, b) => (b.timestamp < a.timestamp ? b : a));
  const { name, namespace, labels } = metadata;
  return {
    kind: 'PodMetrics',
    apiVersion: METRICS_API_VERSION,
    metadata: { name, namespace, creationTimestamp: timestamp(now), ...(labels && { labels }) },
    ...windowOf(oldest),
    containers: containers.map((usage) => ({ name: usage.name, usage: amountsOf(usage) })),
  } satisfies PodMetrics;
}

const windowOf = (usage: Usage) => ({
  timestamp: timestamp(usage.timestamp),
  window: goDuration(Math.round(usage.windowMs)),
});

const amountsOf = ({ nanoCores, memoryBytes }: Usage) => ({
  cpu: formatQuantity({ nano: BigInt(Math.round(nanoCores)), format: 'DecimalSI' }),
  memory: formatQuantity(wholeQuantity(memoryBytes, 'BinarySI')),
});
