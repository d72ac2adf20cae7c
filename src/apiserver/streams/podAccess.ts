import type { Duplex } from 'node:stream';
import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import type { EpochMs } from '../../clock/clock.ts';

/** One pod in one life: a new pod of the same name has another uid. */
export interface PodReference {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface LogOptions {
  /** Go on until the container has ended. */
  readonly follow: boolean;
  /** Only the last so many lines. */
  readonly tailLines?: number;
  /** Only lines from this time on. */
  readonly sinceTime?: EpochMs;
  /** Begin each line with its time (RFC 3339 with nanoseconds). */
  readonly timestamps: boolean;
  /** The container's life before this one. */
  readonly previous: boolean;
  /** End after so many bytes. */
  readonly limitBytes?: number;
}

/**
 * What the API server asks of the node on which a pod runs. The node agent implements it, in this process or behind a kubelet's
 * HTTPS face. Failures are `StatusError`s with upstream's wording, such as 400 `container "x" in pod "y" is waiting to start:
 * ContainerCreating`.
 */
export interface PodAccess {
  /** Rejects when the node does not answer. Absent where the way to it is short. */
  reach?(): Promise<void>;
  /** The bytes of the container's log, already cut and stamped as asked. Ends when `signal` aborts. */
  logs(
    pod: PodReference,
    container: string,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>;
  /** Runs a command in the container, and resolves when it has ended. */
  exec(
    pod: PodReference,
    container: string,
    command: readonly string[],
    tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult>;
  /** Joins the container's main process, and resolves when it has ended. */
  attach(
    pod: PodReference,
    container: string,
    tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult>;
  /** Connects to a port of the pod. Fails with a `PortForwardError`: at once, or by the stream's `error` where the way is long. */
  portForward(pod: PodReference, port: number): Promise<Duplex>;
}

/** A port could not be reached. The client hears the message as it is. */
export class PortForwardError extends Error {
  override readonly name = 'PortForwardError';
}

/** In upstream's words: `error forwarding port 80 to pod web, uid 1234: connection refused`. */
export const portForwardError = ({ name, uid }: PodReference, port: number, why: string): PortForwardError =>
  new PortForwardError(`error forwarding port ${port} to pod ${name}, uid ${uid}: ${why}`);
