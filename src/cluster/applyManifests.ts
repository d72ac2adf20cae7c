import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { apiVersionOf, type KubernetesObject, splitApiVersion } from '../apimachinery/object.ts';
import type { ResourceType } from '../apimachinery/resourceType.ts';
import { decodeObject } from '../apimachinery/schema/decode.ts';
import { definitionOf } from '../apimachinery/schema/schema.ts';
import { yaml } from '../apimachinery/yaml.ts';
import type { Client } from '../client/client.ts';
import type { CustomResourceDefinition } from '../generated/types.ts';
import { resourceOfKind } from '../resources/allResources.ts';
import { CustomResourceDefinitions } from '../resources/kinds.ts';
import { customTypeNamed, untilEstablished } from './customKinds.ts';

/** Applies every manifest of a file, or of the `.yaml`, `.yml` and `.json` files of a folder, as `kubectl apply --server-side` would. */
export async function applyPath(client: Client, path: string): Promise<readonly KubernetesObject[]> {
  const applied: KubernetesObject[] = [];
  for (const file of manifestFiles(path))
    applied.push(...(await applyText(client, readFileSync(file, 'utf8'), file)));
  return applied;
}

function manifestFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

/** Applies the documents of a YAML text, in their order. `source` names the text in errors. */
export async function applyText(
  client: Client,
  text: string,
  source: string,
): Promise<readonly KubernetesObject[]> {
  const applied: KubernetesObject[] = [];
  for (const document of yaml().parseAllDocuments(text)) {
    if (document.errors[0]) throw new Error(`Cannot read ${source}: ${document.errors[0].message}`);
    const object = document.toJS() as KubernetesObject | null;
    if (object !== null) applied.push(await applyObject(client, object, source));
  }
  return applied;
}

/** Applies one object. `source` names it in errors. Behind a definition of a custom kind, objects of that kind can follow at once. */
export async function applyObject(
  client: Client,
  given: KubernetesObject,
  source: string,
): Promise<KubernetesObject> {
  const { group, version } = splitApiVersion(String(given.apiVersion ?? ''));
  const served = resourceOfKind(group, version, String(given.kind ?? ''));
  const definition = definitionOf(group, version, String(given.kind ?? ''));
  if (!served || !definition) return applyCustom(client, given, source);
  const { resource, alternative } = served;
  const { object } = decodeObject(definition, given, { fieldValidation: 'Strict' });
  const stored = alternative?.toStored?.(object as KubernetesObject) ?? (object as KubernetesObject);
  const body = { ...stored, apiVersion: apiVersionOf(resource.group, resource.version) };
  const applied = await applyAs(client, resource, body);
  if (resource.kind === CustomResourceDefinitions.kind)
    await untilEstablished(client, applied as CustomResourceDefinition);
  return applied;
}

async function applyCustom(
  client: Client,
  given: KubernetesObject,
  source: string,
): Promise<KubernetesObject> {
  const type = await customTypeNamed(client, String(given.apiVersion ?? ''), String(given.kind ?? ''));
  if (!type)
    throw new Error(`Cannot apply ${source}: no kind "${given.kind}" in version "${given.apiVersion}"`);
  return applyAs(client, type, { ...given, apiVersion: apiVersionOf(type.group, type.version) });
}

function applyAs(client: Client, type: ResourceType, body: KubernetesObject): Promise<KubernetesObject> {
  const { name = '', namespace = 'default' } = body.metadata;
  const ref = { name, ...(type.namespaced && { namespace }) };
  return client.patch(
    type,
    ref,
    { type: 'apply', body: { ...body, metadata: { ...body.metadata, ...ref } } },
    { fieldManager: 'sampan', force: true },
  );
}
