import type { Json } from '../api.ts';
import { isRunning } from '../daemonPods.ts';
import type { Recording } from '../recording.ts';
import type { Host } from './host.ts';

/** The pods of the default namespace, as a watch tells them. */
export class PodView {
  readonly recording: Recording;

  constructor(recording: Recording) {
    this.recording = recording;
  }

  static async of(cluster: { watchAll(path: string): Promise<Recording> }): Promise<PodView> {
    return new PodView(await cluster.watchAll('/api/v1/namespaces/default/pods'));
  }

  named(name: string): Json {
    return this.recording.objects.find(({ metadata }) => metadata.name === name);
  }

  addressOf(name: string): string {
    return this.named(name).status.podIP;
  }

  /** The pod of a DaemonSet on a host. */
  daemonOn(host: Host, app = 'daemon'): Json {
    return this.recording.objects.find(
      ({ metadata, status }) => metadata.labels?.app === app && status.hostIP === host.address,
    );
  }

  async untilRunning(...names: string[]): Promise<void> {
    const areRunning = () => names.every((name) => this.named(name) && isRunning(this.named(name)));
    await this.recording.until(`${names.join(', ')} run`, areRunning);
  }

  async untilDaemons(...hosts: Host[]): Promise<void> {
    const areRunning = () => hosts.every((host) => this.daemonOn(host) && isRunning(this.daemonOn(host)));
    await this.recording.until('the daemons run', areRunning);
  }
}

/** What cannot change while the containers of a pod go on. */
export const lifeOf = ({ status }: Json): Json[] =>
  status.containerStatuses.map(({ containerID, restartCount, state }: Json) => ({
    containerID,
    restartCount,
    state,
  }));
