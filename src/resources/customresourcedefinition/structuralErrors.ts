import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { readableRegexp } from '../../apimachinery/goRegexp/knownRegexp.ts';
import { deepEqual } from '../../apimachinery/object.ts';
import { settle } from '../../apimachinery/structural/settle.ts';
import {
  isEmbedded,
  isIntOrString,
  isPreserving,
  type StructuralSchema,
  schemaOfOthers,
} from '../../apimachinery/structural/structuralSchema.ts';
import { validateValue } from '../../apimachinery/structural/validateValue.ts';
import { junctorErrors } from './junctorErrors.ts';
import { listErrors } from './listErrors.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
/** What a JSON schema may have, and one of custom resources must not. */
const UNSUPPORTED = [
  '$ref',
  'definitions',
  'dependencies',
  'patternProperties',
  'id',
  'additionalItems',
] as const;

/** Why a schema is not structural, or contradicts itself. */
export function structuralErrors(field: string, schema: StructuralSchema): FieldError[] {
  return [...rootErrors(field, schema), ...nodeErrors(field, schema, 'root')];
}

function rootErrors(field: string, { type, properties, ...root }: StructuralSchema): FieldError[] {
  const errors: FieldError[] = [];
  if (type !== undefined && type !== 'object')
    errors.push(invalidValue(`${field}.type`, type, 'must be object at the root'));
  if (root.nullable) errors.push(forbiddenField(`${field}.nullable`, 'nullable cannot be true at the root'));
  const { metadata } = properties ?? {};
  if (metadata) errors.push(...metadataErrors(`${field}.properties[metadata]`, metadata));
  return errors;
}

/** Every object has the same metadata, whatever a schema says; only names may be held to more. */
function metadataErrors(
  field: string,
  { type, properties = {}, description, ...rest }: StructuralSchema,
): FieldError[] {
  const isOdd =
    Object.keys(rest).length > 0 ||
    Object.keys(properties).some((name) => name !== 'name' && name !== 'generateName');
  if (type !== 'object') return [invalidValue(`${field}.type`, type ?? '', 'must be object')];
  return isOdd
    ? [
        forbiddenField(
          field,
          'must not specify anything other than name and generateName, but metadata is implicitly specified',
        ),
      ]
    : [];
}

type Place = 'root' | 'field' | 'item';
const WHERE: Readonly<Record<Place, string>> = {
  root: 'at the root',
  field: 'for specified object fields',
  item: 'for specified array items',
};

function nodeErrors(field: string, schema: StructuralSchema, place: Place): FieldError[] {
  const properties = schema.properties ?? {};
  const others = schemaOfOthers(schema);
  return [
    ...typeErrors(field, schema, place),
    ...unsupportedErrors(field, schema),
    ...extensionErrors(field, schema),
    ...listErrors(field, schema),
    ...junctorErrors(field, schema),
    ...valueErrors(field, schema),
    ...Object.entries(properties).flatMap(([name, child]) =>
      place === 'root' && name === 'metadata'
        ? []
        : nodeErrors(`${field}.properties[${name}]`, child, 'field'),
    ),
    ...(others ? nodeErrors(`${field}.additionalProperties`, others, 'field') : []),
    ...(isSchema(schema.items) ? nodeErrors(`${field}.items`, schema.items, 'item') : []),
  ];
}

const isSchema = (items: unknown): items is StructuralSchema =>
  typeof items === 'object' && !Array.isArray(items);

function typeErrors(field: string, schema: StructuralSchema, place: Place): FieldError[] {
  const { type } = schema;
  if (isIntOrString(schema))
    return type
      ? [forbiddenField(`${field}.type`, 'must be empty if x-kubernetes-int-or-string is true')]
      : [];
  if (!type) {
    const mayBeAnything = isPreserving(schema) && place !== 'root';
    return mayBeAnything ? [] : [required(`${field}.type`, `must not be empty ${WHERE[place]}`)];
  }
  return TYPES.includes(type) ? [] : [notSupported(`${field}.type`, type, TYPES)];
}

function unsupportedErrors(field: string, schema: StructuralSchema): FieldError[] {
  const errors = UNSUPPORTED.filter((name) => name in schema).map((name) =>
    forbiddenField(`${field}.${name}`, `${name} is not supported`),
  );
  if (schema.uniqueItems)
    errors.push(
      forbiddenField(
        `${field}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  if (schema.additionalProperties === false)
    errors.push(
      forbiddenField(`${field}.additionalProperties`, 'additionalProperties cannot be set to false'),
    );
  if (schema.additionalProperties !== undefined && Object.keys(schema.properties ?? {}).length > 0)
    errors.push(
      forbiddenField(
        `${field}.additionalProperties`,
        'additionalProperties and properties are mutual exclusive',
      ),
    );
  return errors;
}

function extensionErrors(field: string, schema: StructuralSchema): FieldError[] {
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(
      invalidValue(`${field}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'),
    );
  if (!isEmbedded(schema)) return errors;
  if (schema.type !== 'object')
    errors.push(
      invalidValue(
        `${field}.type`,
        schema.type ?? '',
        'must be object if x-kubernetes-embedded-resource is true',
      ),
    );
  if (!schema.properties && !isPreserving(schema)) {
    errors.push(
      required(
        `${field}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  }
  return errors;
}

/** A pattern must be one, and a default what the schema itself would take. */
function valueErrors(field: string, schema: StructuralSchema): FieldError[] {
  const errors: FieldError[] = [];
  const { pattern, default: value } = schema;
  if (pattern && !readableRegexp(pattern))
    errors.push(invalidValue(`${field}.pattern`, pattern, 'must be a valid regular expression'));
  if (value === undefined) return errors;
  const settled = settle(value, isEmbedded(schema) ? schema : { ...schema, default: undefined });
  if (settled.unknownFields.length > 0 && !deepEqual(settled.value, value))
    errors.push(invalidValue(`${field}.default`, value, 'must not have unknown fields'));
  for (const error of validateValue(settled.value, schema, ''))
    errors.push({
      ...error,
      field: error.field === '<nil>' ? `${field}.default` : `${field}.default.${error.field}`,
    });
  return errors;
}
