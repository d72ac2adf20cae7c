import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { parseJsonPath } from '../../apimachinery/jsonPath.ts';
import { dns1035Label } from '../../apimachinery/nameRules.ts';
import type { StructuralSchema } from '../../apimachinery/structural/structuralSchema.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
} from '../../generated/types.ts';
import { checkNamed, checkPresent, checkSupported, checkSupportedIfSet } from '../checks.ts';
import { structuralErrors } from './structuralErrors.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = [
  'binary',
  'byte',
  'date',
  'date-time',
  'double',
  'float',
  'int32',
  'int64',
  'password',
];
const MAX_WARNING = 256;

/** One version of a kind. */
export function checkVersion(
  errors: FieldError[],
  field: string,
  version: CustomResourceDefinitionVersion,
): void {
  checkNamed(errors, `${field}.name`, version.name ?? '', dns1035Label);
  const schema = version.schema?.openAPIV3Schema;
  if (schema) errors.push(...structuralErrors(`${field}.schema.openAPIV3Schema`, schema as StructuralSchema));
  else errors.push(required(`${field}.schema.openAPIV3Schema`, 'schemas are required'));
  checkDeprecation(errors, field, version);
  version.additionalPrinterColumns?.forEach((column, index) => {
    checkColumn(errors, `${field}.additionalPrinterColumns[${index}]`, column);
  });
  const { scale } = version.subresources ?? {};
  if (scale) checkScale(errors, `${field}.subresources.scale`, scale);
  version.selectableFields?.forEach(({ jsonPath }, index) => {
    checkSelectable(errors, `${field}.selectableFields[${index}].jsonPath`, jsonPath);
  });
}

function checkDeprecation(
  errors: FieldError[],
  field: string,
  { deprecated, deprecationWarning }: CustomResourceDefinitionVersion,
): void {
  if (deprecationWarning === undefined) return;
  const place = `${field}.deprecationWarning`;
  if (!deprecated)
    errors.push(invalidValue(place, deprecationWarning, 'can only be set for deprecated versions'));
  if (deprecationWarning.length === 0)
    errors.push(invalidValue(place, deprecationWarning, 'must not be an empty string'));
  if (deprecationWarning.length > MAX_WARNING)
    errors.push(
      invalidValue(
        place,
        deprecationWarning,
        `must be <= ${MAX_WARNING} UTF-8 characters, got ${deprecationWarning.length}`,
      ),
    );
}

function checkColumn(errors: FieldError[], field: string, column: CustomResourceColumnDefinition): void {
  checkPresent(errors, `${field}.name`, column.name);
  checkSupported(errors, `${field}.type`, column.type, COLUMN_TYPES);
  checkSupportedIfSet(errors, `${field}.format`, column.format, COLUMN_FORMATS);
  checkPath(errors, `${field}.jsonPath`, column.jsonPath);
}

function checkPath(errors: FieldError[], field: string, path: string | undefined): void {
  if (!path) errors.push(required(field));
  else if (!parseJsonPath(path)) errors.push(invalidValue(field, path, 'is not a valid JSON path'));
}

/** Plain names, joined by dots. */
const SIMPLE_PATH = /^(\.[^.[\]\\{}\s]+)+$/;

function checkScale(errors: FieldError[], field: string, scale: CustomResourceSubresourceScale): void {
  checkSimplePath(errors, `${field}.specReplicasPath`, scale.specReplicasPath, ['.spec']);
  checkSimplePath(errors, `${field}.statusReplicasPath`, scale.statusReplicasPath, ['.status']);
  if (scale.labelSelectorPath)
    checkSimplePath(errors, `${field}.labelSelectorPath`, scale.labelSelectorPath, ['.spec', '.status']);
}

function checkSimplePath(
  errors: FieldError[],
  field: string,
  path: string | undefined,
  roots: readonly string[],
): void {
  if (!path) errors.push(required(field));
  else if (!SIMPLE_PATH.test(path)) errors.push(invalidValue(field, path, 'should be a simple json path'));
  else if (!roots.some((root) => path.startsWith(`${root}.`)))
    errors.push(invalidValue(field, path, `should be a json path under ${roots.join(' or ')}`));
}

function checkSelectable(errors: FieldError[], field: string, path: string | undefined): void {
  if (!path) errors.push(required(field));
  else if (!SIMPLE_PATH.test(path)) errors.push(invalidValue(field, path, 'should be a simple json path'));
  else if (path.startsWith('.metadata.'))
    errors.push(invalidValue(field, path, 'must not point to fields in metadata'));
}
