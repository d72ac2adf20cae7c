import { badRequest } from '../errors.ts';
import { isJsonObject, type JsonObject, printedByGo } from '../patch/jsonValue.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';
import { type FieldPath, type FieldSet, insertPath } from './fieldSet.ts';
import { fieldElement, itemElement, pathText } from './pathElement.ts';
import { childSchema, schemaOf, shapeOf } from './shape.ts';

/**
 * The fields that an applied configuration states, and so wants to own (`TypedValue.ToFieldSet`).
 * Throws 400, naming the path, for what the schema does not allow.
 */
export function fieldsOf(configuration: JsonObject, definition: Definition): FieldSet {
  const set: FieldSet = {};
  walk(configuration, schemaOf(definition), [], set);
  return set;
}

const wrong = (path: FieldPath, what: string) => badRequest(`${pathText(path)}: ${what}`);

function walk(value: unknown, schema: FieldSchema | undefined, path: FieldPath, set: FieldSet): void {
  const shape = shapeOf(schema, value);
  if (shape === 'leaf' || value === null) insertPath(set, path);
  else if (shape === 'list') walkList(value, schema!, path, set);
  else if (isJsonObject(value)) walkMap(value, schema!, path, set);
  else throw wrong(path, `expected map, got &{${printedByGo(value)}}`);
}

function walkMap(value: JsonObject, schema: FieldSchema, path: FieldPath, set: FieldSet): void {
  for (const name of Object.keys(value)) {
    const child = childSchema(schema, name);
    const childPath = [...path, fieldElement(name)];
    if (!child) throw wrong(childPath, 'field not declared in schema');
    walk(value[name], child, childPath, set);
    const isEmpty = isJsonObject(value[name]) && Object.keys(value[name]).length === 0;
    if (shapeOf(schema, value) === 'map' || isEmpty) insertPath(set, childPath);
  }
}

function walkList(value: unknown, schema: FieldSchema, path: FieldPath, set: FieldSet): void {
  if (!Array.isArray(value)) throw wrong(path, `expected list, got &{${printedByGo(value)}}`);
  const seen = new Set<string>();
  value.forEach((item, index) => {
    const element = itemElement(item, schema);
    if (!element) throw wrong(path, `element ${index}: ${noIdentity(item, schema)}`);
    const itemPath = [...path, element];
    if (seen.has(element)) throw wrong(path, `duplicate entries for key ${pathText([element])}`);
    seen.add(element);
    walk(item, schema.items, itemPath, set);
    insertPath(set, itemPath);
  });
}

function noIdentity(item: unknown, { listType, listMapKeys = [] }: FieldSchema): string {
  if (listType === 'set') return 'associative list without keys has an element that is no scalar';
  const prefix = 'associative list with keys';
  if (item === null) return `${prefix} may not have a null element`;
  if (!isJsonObject(item)) return `${prefix} may not have non-map elements`;
  const keys = listMapKeys.map((key) => JSON.stringify(key)).join(' ');
  return `${prefix} has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`;
}
