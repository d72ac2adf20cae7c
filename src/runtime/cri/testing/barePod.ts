import { join } from 'node:path';
import type { Sandbox } from '../../runtime.ts';
import { POD, sh } from '../../testing/configs.ts';
import type { CriClient } from '../criClient.ts';
import { CriService } from '../criService.ts';
import { containerMessage } from '../podContainer.ts';
import { podSandboxMessage, sandboxOf } from '../podSandbox.ts';

/** A pod in the network of the host, by nothing but calls of CRI: no `CriRuntime` listens beside the test. */
export class BarePod {
  readonly #cri: CriService;
  readonly #sandbox: Sandbox;
  #count = 0;

  private constructor(cri: CriService, sandbox: Sandbox) {
    this.#cri = cri;
    this.#sandbox = sandbox;
  }

  static async run(client: CriClient, directory: string): Promise<BarePod> {
    const cri = new CriService(client);
    const config = { ...POD, hostNetwork: true };
    const places = { owner: directory, logDirectory: join(directory, 'logs'), cgroupParent: '/sampan' };
    const id = await cri.runPodSandbox(podSandboxMessage(config, places));
    return new BarePod(cri, sandboxOf((await cri.podSandboxStatus(id))!)!);
  }

  /** Starts one more container, which runs a script; resolves to its id. */
  async start(script: string): Promise<string> {
    const { id: sandboxId, config: pod } = this.#sandbox;
    const config = sh(script, { attempt: this.#count++ });
    const record = {
      sandboxId,
      podUid: pod.uid,
      image: config.image,
      tty: false,
      logPath: '',
      terminationMessageFile: '',
    };
    const places = { owner: '', logDirectory: '', cgroupParent: '/sampan' };
    const more = { owner: places.owner, logPath: '', mounts: [], unified: {} };
    const id = await this.#cri.createContainer({
      podSandboxId: sandboxId,
      config: containerMessage(config, this.#sandbox, record, more),
      sandboxConfig: podSandboxMessage(pod, places),
    });
    await this.#cri.startContainer(id);
    return id;
  }

  async remove(): Promise<void> {
    await this.#cri.stopPodSandbox(this.#sandbox.id);
    await this.#cri.removePodSandbox(this.#sandbox.id);
  }
}
