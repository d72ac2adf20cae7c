import type { Ms } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import type { Sandbox } from '../../runtime/runtime.ts';
import type { NodeContext } from '../nodeContext.ts';
import { MountError, makeVolumes } from '../volumes/volumes.ts';
import { sandboxConfig } from './containerConfig.ts';
import { sandboxIsolation } from './isolation.ts';
import { PodEvents } from './podEvents.ts';

/** How old what a volume shows may be (the kubelet's `syncFrequency`). */
const REFRESH_MS = 60_000;
const FIRST_RETRY_MS = 500;
/** As upstream's exponential back-off of volumes has it. */
const LONGEST_RETRY_MS = 122_000;

export type Prepared = { readonly sandbox: Sandbox } | { readonly retryInMs: number };

/** Volumes, an address, a sandbox. Records why it could not. */
export async function preparePod(
  pod: Pod,
  attempt: number,
  failures: number,
  context: NodeContext,
): Promise<Prepared> {
  const { runtime, recorder } = context;
  try {
    const address = addressFor(pod, context);
    await refreshVolumes(pod, address, context);
    const config = sandboxConfig(pod, attempt, address);
    const isolation = runtime.name === 'cri' ? sandboxIsolation(pod, context.clusterDns) : undefined;
    return { sandbox: await runtime.runPodSandbox({ ...config, ...(isolation && { isolation }) }) };
  } catch (error) {
    const { message } = error as Error;
    const reason = error instanceof MountError ? 'FailedMount' : 'FailedCreatePodSandBox';
    const text = error instanceof MountError ? message : `Failed to create pod sandbox: ${message}`;
    new PodEvents(recorder).warning(pod, undefined, reason, text);
    return { retryInMs: Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS) };
  }
}

/** Makes the pod's volumes, or brings them up to date. Throws `MountError`. */
export async function refreshVolumes(pod: Pod, address: string, context: NodeContext): Promise<void> {
  const { client, hostIPs, allocatable, volumesDirectory, runtime } = context;
  const node = { hostIPs, allocatable, podIP: address };
  await makeVolumes(pod, volumesDirectory, {
    client,
    node,
    withTokens: volumesDirectory !== undefined,
    forContainers: runtime.name === 'cri',
  });
}

/** When what the pod's volumes show may have changed; undefined when they show nothing of the API, or to nobody. */
export function nextRefresh(pod: Pod, { clock, volumesDirectory }: NodeContext): Ms | undefined {
  const shows = pod.spec.volumes?.some(
    ({ configMap, secret, downwardAPI, projected }) => configMap ?? secret ?? downwardAPI ?? projected,
  );
  return shows && volumesDirectory !== undefined ? clock.elapsed() + REFRESH_MS : undefined;
}

function addressFor(pod: Pod, { hostIPs, addresses }: NodeContext): string {
  if (pod.spec.hostNetwork) return hostIPs[0] ?? '';
  return addresses.allocate(pod.metadata.uid ?? '');
}
