import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/eventRecorder.ts';
import type { Clock } from '../clock/clock.ts';
import type { Service } from '../generated/types.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { PodAddresses } from './podAddresses.ts';
import type { PressureType } from './pressure/signals.ts';
import type { StartingPods } from './startingPods.ts';
import type { VolumesDirectory } from './volumes/volumes.ts';

/** What the workers of a node's pods share. */
export interface NodeContext {
  readonly nodeName: string;
  readonly client: Client;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly recorder: EventRecorder;
  readonly hostIPs: readonly string[];
  readonly allocatable: Readonly<Record<string, string>>;
  readonly volumesDirectory: VolumesDirectory;
  readonly addresses: PodAddresses;
  readonly starting: StartingPods;
  /** The address of the cluster's DNS, where pods have one to ask. */
  readonly clusterDns?: string | undefined;
  services(namespace: string): readonly Service[];
  /** What the node runs short of. */
  pressures(): ReadonlySet<PressureType>;
  reportError(what: string, error: unknown): void;
}
