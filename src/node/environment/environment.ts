import { isStatusError } from '../../apimachinery/errors.ts';
import { envVarName } from '../../apimachinery/nameRules.ts';
import type { Client } from '../../client/client.ts';
import type {
  Container,
  EnvFromSource,
  EnvVar,
  FileKeySelector,
  Pod,
  Service,
} from '../../generated/types.ts';
import { ConfigMaps, Secrets } from '../../resources/kinds.ts';
import { type DownwardNode, fieldValue, resourceValue } from './downwardApi.ts';
import { valueInEnvFile } from './envFile.ts';
import { expand } from './expansion.ts';
import { serviceVariables } from './serviceVariables.ts';

/** A container cannot be made because of what its spec refers to (`CreateContainerConfigError`). */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

export interface EnvironmentSources {
  readonly client: Client;
  readonly services: readonly Service[];
  readonly node: DownwardNode;
  /** A file of one of the pod's volumes. Throws when it cannot be read. */
  readVolumeFile(volume: string, path: string): Promise<VolumeFile>;
}

export interface VolumeFile {
  /** Where it lies on the node. */
  readonly path: string;
  readonly text: string;
}

export type Environment = readonly (readonly [name: string, value: string])[];

/** The environment of a container: services, `envFrom`, `env`, each later one winning. Throws `ContainerConfigError`. */
export async function environmentOf(
  pod: Pod,
  container: Container,
  sources: EnvironmentSources,
): Promise<Environment> {
  const variables = new Map<string, string>(serviceVariables(sources.services));
  for (const source of container.envFrom ?? []) {
    for (const [name, value] of await valuesFrom(pod, source, sources.client)) variables.set(name, value);
  }
  for (const variable of container.env ?? []) {
    const value = await valueFor(pod, container, variable, variables, sources);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return [...variables];
}

async function valuesFrom(pod: Pod, source: EnvFromSource, client: Client): Promise<Environment> {
  const { configMapRef, secretRef, prefix = '' } = source;
  const reference = configMapRef ?? secretRef;
  if (!reference) return [];
  const data = await dataOf(client, configMapRef ? 'configmap' : 'secret', pod, reference);
  const named = Object.entries(data ?? {}).map(([key, value]) => [`${prefix}${key}`, value] as const);
  return named.filter(([name]) => envVarName(name).length === 0);
}

async function valueFor(
  pod: Pod,
  container: Container,
  { name, value, valueFrom }: EnvVar,
  known: ReadonlyMap<string, string>,
  sources: EnvironmentSources,
): Promise<string | undefined> {
  if (!valueFrom) return expand(value ?? '', (variable) => known.get(variable));
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  if (fieldRef) return fieldValue(pod, fieldRef, sources.node);
  if (resourceFieldRef) return resourceValue(pod, resourceFieldRef, container.name, sources.node);
  if (fileKeyRef) return fileValue(fileKeyRef, sources);
  const reference = configMapKeyRef ?? secretKeyRef;
  if (!reference) throw new ContainerConfigError(`environment variable ${name} has no source`);
  const kind = configMapKeyRef ? 'configmap' : 'secret';
  const data = await dataOf(sources.client, kind, pod, reference);
  const found = data && Object.hasOwn(data, reference.key) ? data[reference.key] : undefined;
  if (found !== undefined || reference.optional) return found;
  const kindName = configMapKeyRef ? 'ConfigMap' : 'Secret';
  throw new ContainerConfigError(
    `couldn't find key ${reference.key} in ${kindName} ${pod.metadata.namespace}/${reference.name}`,
  );
}

/** An empty value is as good as none. A file that is not there, or is no file of variables, is one that should be. */
async function fileValue(
  { volumeName, path, key, optional }: FileKeySelector,
  { readVolumeFile }: EnvironmentSources,
): Promise<string | undefined> {
  let file: VolumeFile;
  let value: string | undefined;
  try {
    file = await readVolumeFile(volumeName, path);
    value = valueInEnvFile(file.text, key);
  } catch {
    throw new ContainerConfigError("couldn't parse env file");
  }
  if (value) return value;
  if (optional) return undefined;
  throw new ContainerConfigError(
    `environment variable key ${JSON.stringify(key)} not found in file ${JSON.stringify(file.path)}`,
  );
}

/** The values of a config map or secret as text; undefined when it is optional and not there. */
async function dataOf(
  client: Client,
  kind: 'configmap' | 'secret',
  { metadata: { namespace } }: Pod,
  { name = '', optional }: { name?: string; optional?: boolean },
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    if (kind === 'configmap') return (await client.get(ConfigMaps, { name, namespace })).data ?? {};
    const { data = {} } = await client.get(Secrets, { name, namespace });
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decoded(value)]));
  } catch (error) {
    if (!isStatusError(error)) throw error;
    if (error.reason === 'NotFound' && optional) return undefined;
    // Upstream's node agent names the kind in the singular.
    throw new ContainerConfigError(
      error.reason === 'NotFound' ? `${kind} "${name}" not found` : error.message,
    );
  }
}

const decoded = (value: string) => Buffer.from(value, 'base64').toString('utf8');
