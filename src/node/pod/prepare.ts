import type { Pod } from '../../generated/types.ts';
import type { Sandbox } from '../../runtime/runtime.ts';
import type { NodeContext } from '../nodeContext.ts';
import { MountError, makeVolumes } from '../volumes/volumes.ts';
import { sandboxConfig } from './containerConfig.ts';
import { PodEvents } from './podEvents.ts';

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
  const { client, runtime, recorder, hostIPs, allocatable, volumesDirectory } = context;
  try {
    const address = addressFor(pod, context);
    const node = { hostIPs, allocatable, podIP: address };
    const withTokens = volumesDirectory !== undefined;
    await makeVolumes(pod, volumesDirectory, { client, node, withTokens });
    return { sandbox: await runtime.runPodSandbox(sandboxConfig(pod, attempt, address)) };
  } catch (error) {
    const { message } = error as Error;
    const reason = error instanceof MountError ? 'FailedMount' : 'FailedCreatePodSandBox';
    const text = error instanceof MountError ? message : `Failed to create pod sandbox: ${message}`;
    new PodEvents(recorder).warning(pod, undefined, reason, text);
    return { retryInMs: Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS) };
  }
}

function addressFor(pod: Pod, { hostIPs, addresses }: NodeContext): string {
  if (pod.spec.hostNetwork) return hostIPs[0] ?? '';
  return addresses.allocate(pod.metadata.uid ?? '');
}
