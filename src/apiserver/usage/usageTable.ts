import { addQuantities, formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import type { NodeMetrics, PodMetrics } from '../../generated/types.ts';
import { type IncludeObject, type ListMeta, partialMetadata } from '../http/table.ts';

const COLUMNS = [
  { name: 'Name', type: 'string', format: 'name', description: 'Name of the resource', priority: 0 },
  { name: 'cpu', type: 'string', format: 'quantity', description: '', priority: 0 },
  { name: 'memory', type: 'string', format: 'quantity', description: '', priority: 0 },
  { name: 'Window', type: 'string', format: 'duration', description: '', priority: 0 },
];

/** As `kubectl get podmetrics` prints it. */
export const usageTable = (
  items: readonly (NodeMetrics | PodMetrics)[],
  metadata: ListMeta,
  includeObject: IncludeObject,
) => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
  columnDefinitions: COLUMNS,
  rows: items.map((item) => ({
    cells: [item.metadata.name ?? '', sumOf(item, 'cpu'), sumOf(item, 'memory'), item.window],
    ...(includeObject === 'Object' && { object: item }),
    ...(includeObject === 'Metadata' && { object: partialMetadata(item) }),
  })),
});

function sumOf(item: NodeMetrics | PodMetrics, resource: 'cpu' | 'memory'): string {
  const usages = 'containers' in item ? item.containers.map(({ usage }) => usage) : [item.usage];
  const amounts = usages.map((usage) => parseQuantity(usage[resource] ?? '0'));
  return formatQuantity(amounts.reduce(addQuantities));
}
