import type { KubernetesObject } from '../object.ts';
import { isJsonObject, type JsonObject } from '../patch/jsonValue.ts';
import type { Definition } from '../schema/schema.ts';
import { validateAnnotations } from '../validation.ts';
import { compareObjects } from './compare.ts';
import { fieldsOf } from './extract.ts';
import { difference, emptySet, type FieldSet, union } from './fieldSet.ts';

/** Where kubectl's client-side apply keeps the configuration that it applied last. */
const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** The fields that client-side apply has set and that are as it set them; none when that cannot be told. */
export function lastAppliedFields(
  live: KubernetesObject | undefined,
  apiVersion: string | undefined,
  definition: Definition,
): FieldSet {
  const configuration = parsed(live?.metadata.annotations?.[ANNOTATION]);
  if (!configuration || configuration.apiVersion !== apiVersion) return emptySet;
  try {
    const { added, modified, removed } = compareObjects(configuration, live, definition);
    return difference(fieldsOf(configuration, definition), union(union(added, modified), removed));
  } catch {
    return emptySet;
  }
}

/** Keeps the annotation of an object that has it up to date, so that client-side apply can go on from there. */
export function withLastApplied(object: KubernetesObject, applied: KubernetesObject): KubernetesObject {
  if (!object.metadata.annotations?.[ANNOTATION]) return object;
  const { [ANNOTATION]: _, ...others } = object.metadata.annotations;
  const annotations = { ...others, [ANNOTATION]: `${JSON.stringify(withoutAnnotation(applied))}\n` };
  const fits = validateAnnotations(annotations, '').every(({ type }) => type !== 'FieldValueTooLong');
  return { ...object, metadata: { ...object.metadata, annotations: fits ? annotations : others } };
}

function withoutAnnotation(applied: KubernetesObject): KubernetesObject {
  if (!applied.metadata.annotations?.[ANNOTATION]) return applied;
  const { [ANNOTATION]: _, ...annotations } = applied.metadata.annotations;
  return { ...applied, metadata: { ...applied.metadata, annotations } };
}

function parsed(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
