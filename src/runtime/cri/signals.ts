import { Message } from '../../apimachinery/protobuf.ts';
import { signalNumber } from '../signals.ts';
import { type CriClient, CriError } from './criClient.ts';
import { nothing } from './podMessages.ts';

interface KillRequest {
  containerId: string;
  signal: number;
}
/** Of containerd's own API (`containerd/api/services/tasks/v1/tasks.proto`). */
const killRequest = new Message<KillRequest>({ containerId: [1, 'text'], signal: [3, 'number'] });

/** Sends a signal to a container's first process, for which CRI has no word. False when the runtime cannot be asked to. */
export async function sendSignal(client: CriClient, containerId: string, signal: string): Promise<boolean> {
  const request = [killRequest, { containerId, signal: signalNumber(signal) }] as const;
  try {
    await client.callContainerd('/containerd.services.tasks.v1.Tasks/Kill', request, nothing);
    return true;
  } catch (error) {
    if (!(error instanceof CriError)) throw error;
    // What has ended needs none.
    return error.code === 'NotFound';
  }
}
