import { parseJsonPath } from '../../apimachinery/jsonPath.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { CustomResourceColumnDefinition } from '../../generated/types.ts';
import { age } from '../columns/age.ts';
import { nameColumn } from '../columns/metadata.ts';
import type { Column } from '../resource.ts';

const AGE: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: 'When the object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** The columns of a custom kind: the name, and what its definition asks for; else the age. */
export const customColumns = (
  columns: readonly CustomResourceColumnDefinition[] | undefined,
  show: (stored: KubernetesObject) => KubernetesObject,
): readonly Column<KubernetesObject>[] => [
  nameColumn,
  ...(columns ?? [AGE]).map((column) => customColumn(column, show)),
];

function customColumn(
  { name, type, format, description, priority, jsonPath }: CustomResourceColumnDefinition,
  show: (stored: KubernetesObject) => KubernetesObject,
): Column<KubernetesObject> {
  const find = parseJsonPath(jsonPath) ?? (() => []);
  return {
    name,
    type: type as Column<KubernetesObject>['type'],
    ...(format && { format }),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    ...(priority && { priority }),
    cell: (object, now) => cellOf(find(show(object))[0], type, now),
  };
}

/** What does not fit the type of its column is not shown. */
function cellOf(value: unknown, type: string, now: EpochMs): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : age(value, now);
  }
}
