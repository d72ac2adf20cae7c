import type { Clock } from '../../clock/clock.ts';
import type { Container, Probe } from '../../generated/types.ts';
import type { NetworkProbe, ProbeOutcome, Runtime } from '../../runtime/runtime.ts';
import { probeGrpc } from './grpcProbe.ts';
import { probeHttp, probeTcp } from './networkProbe.ts';

/** A container that can be probed. */
export interface ProbeTarget {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly containerId: string;
  readonly container: Container;
  /** The pod's address, as messages name it. */
  readonly address: string;
  /** Where its ports answer. */
  readonly reachableAt: string;
}

const LONGEST_OUTPUT = 1024;

/** Carries out a probe or a hook's action once. Never throws. */
export async function runProbe(probe: Probe, target: ProbeTarget): Promise<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.exec) return await runExec(probe.exec.command ?? [], timeoutMs, target);
    const asked = networkProbeOf(probe, target);
    if (!asked) return { success: true, message: '' };
    const known = await target.runtime.probe?.(target.containerId, asked);
    return known ?? (await overNetwork(probe, asked, timeoutMs, target.clock));
  } catch (error) {
    return { success: false, message: (error as Error).message };
  }
}

async function runExec(
  command: readonly string[],
  timeoutMs: number,
  target: ProbeTarget,
): Promise<ProbeOutcome> {
  const { stdout, stderr, exitCode } = await target.runtime.execSync(target.containerId, command, timeoutMs);
  if (exitCode === undefined) {
    return {
      success: false,
      message: `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`,
    };
  }
  return { success: exitCode === 0, message: `${stdout}${stderr}`.slice(0, LONGEST_OUTPUT) };
}

function networkProbeOf(probe: Probe, { container, reachableAt }: ProbeTarget): NetworkProbe | undefined {
  const port = (value: unknown): number => portNumber(value, container);
  if (probe.httpGet) {
    const { host, path = '/' } = probe.httpGet;
    return { kind: 'http', host: host || reachableAt, port: port(probe.httpGet.port), path };
  }
  if (probe.tcpSocket) {
    return { kind: 'tcp', host: probe.tcpSocket.host || reachableAt, port: port(probe.tcpSocket.port) };
  }
  if (!probe.grpc) return undefined;
  return { kind: 'grpc', host: reachableAt, port: probe.grpc.port, service: probe.grpc.service ?? '' };
}

/** A port by its number, or by the name that the container gives it. */
function portNumber(value: unknown, { ports = [] }: Container): number {
  const port = typeof value === 'number' ? value : Number(value);
  if (Number.isInteger(port)) return port;
  const named = ports.find(({ name }) => name === value);
  if (!named) throw new Error(`couldn't find port: ${value}`);
  return named.containerPort;
}

async function overNetwork(
  probe: Probe,
  asked: NetworkProbe,
  timeoutMs: number,
  clock: Clock,
): Promise<ProbeOutcome> {
  const timeout = new AbortController();
  const cancel = clock.callIn(timeoutMs, () => timeout.abort());
  try {
    if (asked.kind === 'http') return await probeHttp(probe.httpGet!, asked.host, asked.port, timeout.signal);
    if (asked.kind === 'tcp') return await probeTcp(asked.host, asked.port, timeout.signal);
    return await probeGrpc(asked.host, asked.port, asked.service, timeout.signal);
  } finally {
    cancel();
  }
}
