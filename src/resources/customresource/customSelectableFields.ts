import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { SelectableField } from '../../generated/types.ts';
import type { SelectableFields } from '../resource.ts';
import { valueAt } from './customScale.ts';

/** The fields by which a custom kind may be selected, as its definition says: `spec.color`. */
export const customSelectableFields = (
  fields: readonly SelectableField[] | undefined,
): SelectableFields<KubernetesObject> =>
  Object.fromEntries(
    (fields ?? []).map(({ jsonPath }) => [
      jsonPath.slice(1),
      (object: KubernetesObject) => String(valueAt(object, jsonPath) ?? ''),
    ]),
  );
