import { type FieldError, forbiddenField, required } from '../../apimachinery/fieldErrors.ts';
import { isIntOrString, type StructuralSchema } from '../../apimachinery/structural/structuralSchema.ts';

/** What says what a value is, not which values are right: it has no place below `allOf`, `anyOf`, `oneOf` and `not`. */
const STRUCTURE = [
  'type',
  'title',
  'description',
  'default',
  'nullable',
  'additionalProperties',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
] as const;

/** What is wrong with the conditions that a schema sets by `allOf`, `anyOf`, `oneOf` and `not`. */
export function junctorErrors(field: string, schema: StructuralSchema): FieldError[] {
  const branches = branchesOf(field, schema);
  return branches.flatMap(([place, branch]) => [
    ...(saysIntOrString(schema, branch) ? [] : branchErrors(place, branch)),
    ...missingErrors(field, place, branch, schema),
  ]);
}

function branchesOf(
  field: string,
  { allOf, anyOf, oneOf, not }: StructuralSchema,
): [string, StructuralSchema][] {
  const lists = { allOf, anyOf, oneOf };
  const listed = Object.entries(lists).flatMap(([name, branches = []]) =>
    branches.map((branch, index): [string, StructuralSchema] => [`${field}.${name}[${index}]`, branch]),
  );
  return not ? [...listed, [`${field}.not`, not]] : listed;
}

/** `anyOf: [{type: integer}, {type: string}]`, also within an `allOf`, is how tools write x-kubernetes-int-or-string. */
function saysIntOrString(schema: StructuralSchema, branch: StructuralSchema): boolean {
  if (!isIntOrString(schema)) return false;
  const isChoice = (one: StructuralSchema) => one.type === 'integer' || one.type === 'string';
  return isChoice(branch) || Boolean(branch.anyOf?.every(isChoice));
}

function branchErrors(field: string, branch: StructuralSchema): FieldError[] {
  const own = STRUCTURE.filter((name) => branch[name] !== undefined && branch[name] !== '').map((name) =>
    forbiddenField(`${field}.${name}`, 'must be empty to be structural'),
  );
  const properties = Object.entries(branch.properties ?? {}).flatMap(([name, child]) =>
    branchErrors(`${field}.properties[${name}]`, child),
  );
  const items = branch.items ? branchErrors(`${field}.items`, branch.items) : [];
  const nested = branchesOf(field, branch).flatMap(([place, inner]) => branchErrors(place, inner));
  return [...own, ...properties, ...items, ...nested];
}

/** A property on which a condition is set must be one of the schema itself. */
function missingErrors(
  field: string,
  place: string,
  branch: StructuralSchema,
  schema: StructuralSchema | undefined,
): FieldError[] {
  const properties = Object.entries(branch.properties ?? {}).flatMap(([name, child]) => {
    const known = schema?.properties?.[name];
    const below = `${place}.properties[${name}]`;
    return known
      ? missingErrors(`${field}.properties[${name}]`, below, child, known)
      : [required(`${field}.properties[${name}]`, `because it is defined in ${below}`)];
  });
  const items =
    branch.items && !schema?.items
      ? [required(`${field}.items`, `because it is defined in ${place}.items`)]
      : [];
  return [...properties, ...items];
}
