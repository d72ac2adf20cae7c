import { isStatusError } from '../../apimachinery/errors.ts';
import { envVarName } from '../../apimachinery/nameRules.ts';
import type { Client } from '../../client/client.ts';
import type { Container, EnvFromSource, EnvVar, Pod, Service } from '../../generated/types.ts';
import { ConfigMaps, Secrets } from '../../resources/kinds.ts';
import { type DownwardNode, fieldValue, resourceValue } from './downwardApi.ts';
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
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return fieldValue(pod, fieldRef, sources.node);
  if (resourceFieldRef) return resourceValue(pod, resourceFieldRef, container.name, sources.node);
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
