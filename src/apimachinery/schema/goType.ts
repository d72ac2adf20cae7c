import type { Definition, FieldSchema } from './schema.ts';

/** The Go type of a field as upstream's decoder prints it: clients see `cannot unmarshal … of type int32`. */
export function goTypeOf(schema: FieldSchema): string {
  if (schema.goType) return schema.goType;
  switch (schema.type) {
    case 'array':
      return `[]${goTypeOf(schema.items!)}`;
    case 'map':
      return `map[string]${goTypeOf(schema.items!)}`;
    case 'object':
      return goTypeOfDefinition(schema.ref!);
    case 'integer':
      return schema.format ?? 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    default:
      return schema.format === 'byte' ? '[]uint8' : 'string';
  }
}

/** `v1.DaemonSet` of `io.k8s.api.apps.v1.DaemonSet`. */
export const goTypeOfDefinition = ({ name }: Definition): string => name.split('.').slice(-2).join('.');
