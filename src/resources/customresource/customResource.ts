import { deepEqual, type KubernetesObject } from '../../apimachinery/object.ts';
import { settle } from '../../apimachinery/structural/settle.ts';
import type { StructuralSchema } from '../../apimachinery/structural/structuralSchema.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../../generated/types.ts';
import { servedVersionsOf, storedVersionOf } from '../customresourcedefinition/definitionStatus.ts';
import type { CustomConversion, CustomKind, Resource } from '../resource.ts';
import { ConvertedObjects, type ConvertObjects } from './conversion.ts';
import { customColumns } from './customColumns.ts';
import { customDefinition } from './customDefinition.ts';
import { customScale } from './customScale.ts';
import { customSelectableFields } from './customSelectableFields.ts';
import { customValidation } from './customValidation.ts';

interface AnyObject extends KubernetesObject {
  [field: string]: unknown;
}

/**
 * The kind that a definition makes, in each of its versions: what a module of `resources/` is for a kind that is built in. `convert` is there
 * where versions differ in more than their name.
 */
export function customResources(
  definition: CustomResourceDefinition,
  convert?: ConvertObjects,
): readonly Resource[] {
  const inVersion = (name: string) => versions.find(({ version }) => version === name);
  const conversion = convert && { convert, inVersion };
  const versions: readonly Resource[] = definition.spec.versions.map((version) =>
    customResource(definition, version, conversion),
  );
  return versions;
}

/** How a kind comes from one of its versions to another. */
interface Conversion extends Pick<CustomConversion, 'inVersion'> {
  readonly convert: ConvertObjects;
}

function customResource(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  conversion: Conversion | undefined,
): Resource {
  const { spec, status } = definition;
  const { plural, singular, kind, shortNames, categories } = status?.acceptedNames ?? spec.names;
  const schema = (version.schema?.openAPIV3Schema ?? { type: 'object' }) as StructuralSchema;
  const hasStatus = version.subresources?.status !== undefined;
  const scale = version.subresources?.scale && customScale(version.subresources.scale);
  const validation = customValidation(schema, version.subresources?.scale);
  const custom = customKindOf(definition, version, kind, schema, conversion);
  return {
    group: spec.group,
    version: version.name,
    kind,
    plural,
    namespaced: spec.scope === 'Namespaced',
    singular: singular || kind.toLowerCase(),
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    custom,
    ...(version.deprecated && { deprecation: deprecationOf(spec.group, version, kind) }),
    subresources: { ...(hasStatus && { status: true }), ...(scale && { scale }) },
    hasGeneration: true,
    requiresResourceVersion: true,
    setDefaults: (object) => settleInPlace(object as AnyObject, schema),
    prepareUpdate: (next, stored) => countChange(next as AnyObject, stored as AnyObject, hasStatus),
    prepareStatusUpdate(next, stored) {
      keepMetadata(next, stored);
      settleInPlace(next as AnyObject, schema);
    },
    validate: (object) => validation(object, undefined),
    validateUpdate: validation,
    validateStatusUpdate: validation,
    columns: customColumns(version.additionalPrinterColumns, custom.show),
    selectableFields: customSelectableFields(version.selectableFields),
  };
}

function customKindOf(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  kind: string,
  schema: StructuralSchema,
  conversion: Conversion | undefined,
): CustomKind {
  const { spec, status, metadata } = definition;
  const apiVersion = `${spec.group}/${version.name}`;
  const converted = conversion && new ConvertedObjects(apiVersion, conversion.convert);
  const storedVersion = storedVersionOf(definition);
  const hasStatus = version.subresources?.status !== undefined;
  return {
    definition: customDefinition(spec.group, version.name, kind, schema, hasStatus),
    storedVersion,
    writtenVersion: conversion ? version.name : storedVersion,
    ...(converted && { conversion: conversionOf(spec.group, conversion, converted) }),
    servedVersions: servedVersionsOf(definition).map(({ name }) => name),
    listKind: (status?.acceptedNames ?? spec.names).listKind ?? `${kind}List`,
    isTerminating: metadata.deletionTimestamp !== undefined,
    show: showsIn(apiVersion, schema, converted),
    schema,
  };
}

const conversionOf = (
  group: string,
  { convert, inVersion }: Conversion,
  converted: ConvertedObjects,
): CustomConversion => ({
  inVersion,
  prepare: (stored) => converted.prepare(stored),
  async convert(object, version) {
    const apiVersion = `${group}/${version}`;
    if (object.apiVersion === apiVersion) return object;
    const [result] = await convert([object], apiVersion);
    return result!;
  },
});

const deprecationOf = (group: string, version: CustomResourceDefinitionVersion, kind: string): string =>
  version.deprecationWarning ?? `${group}/${version.name} ${kind} is deprecated`;

function settleInPlace(object: AnyObject, schema: StructuralSchema): void {
  const settled = settle(object, schema).value as AnyObject;
  if (settled === object) return;
  for (const field of Object.keys(object)) if (!Object.hasOwn(settled, field)) delete object[field];
  Object.assign(object, settled);
}

/** All that people ask for counts: whatever is neither metadata nor, where it has an endpoint of its own, the status. */
function countChange(next: AnyObject, stored: AnyObject, hasStatus: boolean): void {
  const rest = ({ metadata: _, apiVersion: __, status, ...fields }: AnyObject) =>
    hasStatus ? fields : { ...fields, status };
  const { generation = 0 } = stored.metadata;
  if (!deepEqual(rest(next), rest(stored))) next.metadata.generation = generation + 1;
}

/** `/status` of a custom resource writes nothing of the metadata but who owns the fields. */
function keepMetadata(next: KubernetesObject, { metadata }: KubernetesObject): void {
  const { resourceVersion, managedFields } = next.metadata;
  const { managedFields: _, ...kept } = metadata;
  next.metadata = {
    ...kept,
    ...(resourceVersion && { resourceVersion }),
    ...(managedFields && { managedFields }),
  };
}

/** Objects may have been kept before their schema had what it has now, and in another version. */
function showsIn(
  apiVersion: string,
  schema: StructuralSchema,
  converted: ConvertedObjects | undefined,
): (stored: KubernetesObject) => KubernetesObject {
  const shown = new WeakMap<KubernetesObject, KubernetesObject>();
  return (stored) =>
    shown.getOrInsertComputed(stored, () => {
      const settled = settle(converted?.get(stored) ?? stored, schema).value as KubernetesObject;
      return settled.apiVersion === apiVersion ? settled : { ...settled, apiVersion };
    });
}
