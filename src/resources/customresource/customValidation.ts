import { hasRules, ruleErrors } from '../../apimachinery/cel/celRules.ts';
import { type FieldError, invalidValue } from '../../apimachinery/fieldErrors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { StructuralSchema } from '../../apimachinery/structural/structuralSchema.ts';
import { validateEmbedded } from '../../apimachinery/structural/validateEmbedded.ts';
import { validateLists } from '../../apimachinery/structural/validateLists.ts';
import { validateValue } from '../../apimachinery/structural/validateValue.ts';
import type { CustomResourceSubresourceScale } from '../../generated/types.ts';
import { valueAt } from './customScale.ts';

type Validate = (object: KubernetesObject, stored: KubernetesObject | undefined) => FieldError[];

/** What a custom kind has against an object: by its schema, and by its replicas if it can be scaled. */
export function customValidation(
  schema: StructuralSchema,
  scale: CustomResourceSubresourceScale | undefined,
): Validate {
  return (object, stored) => {
    const errors = [
      ...validateValue(object, schema, '', stored),
      ...validateEmbedded(object, schema),
      ...validateLists(object, schema, '', stored),
      ...(scale ? scaleErrors(object, scale) : []),
    ];
    if (!hasRules(schema)) return errors;
    if (errors.some(({ type }) => BLOCKING.has(type))) return [...errors, UNCHECKED];
    return [...errors, ...ruleErrors(object, schema, '', stored, true)];
  };
}

/** What rules could trip over. */
const BLOCKING: ReadonlySet<FieldError['type']> = new Set<FieldError['type']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const UNCHECKED = invalidValue(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

function scaleErrors(object: KubernetesObject, scale: CustomResourceSubresourceScale): FieldError[] {
  return [scale.specReplicasPath, scale.statusReplicasPath].flatMap((path) => {
    const replicas = valueAt(object, path);
    return typeof replicas === 'number' && replicas < 0
      ? [invalidValue(path.slice(1), replicas, 'should be a non-negative integer')]
      : [];
  });
}
