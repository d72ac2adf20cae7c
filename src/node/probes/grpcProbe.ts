import type { ProbeOutcome } from '../../runtime/runtime.ts';

const STATUS_NAMES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const METHOD = '/grpc.health.v1.Health/Check';

/** Asks `grpc.health.v1.Health/Check`. The two messages are small enough to be written by hand. */
export async function probeGrpc(
  host: string,
  port: number,
  service: string,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  // Only pods that ask for it pay for the library.
  const { Client, credentials } = await import('@grpc/grpc-js');
  const client = new Client(`${host}:${port}`, credentials.createInsecure());
  return new Promise<ProbeOutcome>((resolve) => {
    const call = client.makeUnaryRequest(METHOD, requestOf, statusOf, service, (error, status) => {
      if (error) resolve({ success: false, message: `error: health rpc failed: ${error.message}` });
      else if (status === 'SERVING') resolve({ success: true, message: '' });
      else resolve({ success: false, message: `service unhealthy (responded with "${status}")` });
    });
    signal.addEventListener('abort', () => call.cancel());
  }).finally(() => client.close());
}

/** `HealthCheckRequest`: the service's name in field 1. */
function requestOf(service: string): Buffer {
  const name = Buffer.from(service);
  return name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
}

/** `HealthCheckResponse`: the status in field 1. */
const statusOf = (answer: Buffer): string => STATUS_NAMES[answer[0] === 0x08 ? answer[1]! : 0] ?? 'UNKNOWN';
