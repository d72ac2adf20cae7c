import type { Container, Pod } from '../../generated/types.ts';
import type { ContainerConfig, Mount, Sandbox, SandboxConfig } from '../../runtime/runtime.ts';
import { ContainerConfigError, environmentOf } from '../environment/environment.ts';
import { expand } from '../environment/expansion.ts';
import type { NodeContext } from '../nodeContext.ts';
import { volumeFile } from '../volumes/volumeFile.ts';
import { mountsOf } from '../volumes/volumes.ts';
import type { PodContainer } from './containers.ts';
import { containerIsolation, domainOf } from './isolation.ts';

const LONGEST_HOSTNAME = 63;

/** What the runtime is told of a pod. */
export function sandboxConfig(pod: Pod, attempt: number, address: string): SandboxConfig {
  const { name = '', namespace = '', uid = '', labels = {}, annotations = {} } = pod.metadata;
  return {
    namespace,
    name,
    uid,
    attempt,
    labels,
    annotations,
    hostname: hostnameOf(pod),
    hostNetwork: pod.spec.hostNetwork ?? false,
    address,
  };
}

function hostnameOf({ metadata: { name = '', namespace = '' }, spec }: Pod): string {
  if (spec.hostnameOverride) return spec.hostnameOverride;
  const short = (spec.hostname || name).slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/, '');
  const domain = domainOf(spec.subdomain, namespace);
  return spec.setHostnameAsFQDN && domain ? `${short}.${domain}` : short;
}

/** What the runtime is told of a container. Throws `ContainerConfigError` when something that it refers to is missing. */
export async function containerConfig(
  pod: Pod,
  { spec }: PodContainer,
  attempt: number,
  sandbox: Sandbox,
  context: NodeContext,
): Promise<ContainerConfig> {
  const container = spec as Container;
  const services =
    pod.spec.enableServiceLinks === false ? [] : context.services(pod.metadata.namespace ?? '');
  const { hostIPs, allocatable } = context;
  const node = { hostIPs, allocatable, podIP: sandbox.ip };
  const readVolumeFile = (volume: string, path: string) => volumeFile(pod, volume, path, context);
  const sources = { client: context.client, services, node, readVolumeFile };
  const env = await environmentOf(pod, container, sources);
  const variables = new Map(env);
  const filledIn = (words: readonly string[] = []) =>
    words.map((word) => expand(word, (name) => variables.get(name)));
  return {
    name: container.name,
    image: container.image ?? '',
    attempt,
    command: filledIn(container.command),
    args: filledIn(container.args),
    workingDir: container.workingDir,
    env,
    mounts: await mountsOrRefusal(pod, container, context, variables),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    stopSignal: container.lifecycle?.stopSignal,
    ...(context.runtime.name === 'cri' && {
      isolation: containerIsolation(pod, container, allocatable.memory),
    }),
  };
}

async function mountsOrRefusal(
  pod: Pod,
  container: Container,
  { volumesDirectory }: NodeContext,
  variables: ReadonlyMap<string, string>,
): Promise<Mount[]> {
  try {
    return await mountsOf(pod, container, volumesDirectory, variables);
  } catch (error) {
    const { message } = error as Error;
    throw new ContainerConfigError(
      `failed to prepare subPath for volumeMount of container "${container.name}": ${message}`,
    );
  }
}
