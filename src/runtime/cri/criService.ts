import type { Message } from '../../apimachinery/protobuf.ts';
import * as containers from './containerMessages.ts';
import { type CriClient, CriError } from './criClient.ts';
import * as images from './imageMessages.ts';
import * as pods from './podMessages.ts';
import * as stats from './statsMessages.ts';

/** A stop may last its grace period and a while. */
const STOP_MARGIN_MS = 120_000;
const PULL_MS = 3_600_000;

/** The calls of CRI by their names. What is gone is undefined, not an error. */
export class CriService {
  readonly client: CriClient;

  constructor(client: CriClient) {
    this.client = client;
  }

  version(): Promise<images.VersionResponse> {
    return this.#run('Version', [images.versionRequest, { version: '' }], images.versionResponse);
  }

  status(): Promise<images.StatusResponse> {
    return this.#run('Status', [images.statusRequest, { verbose: true }], images.statusResponse);
  }

  /** Whether control groups are systemd's; undefined where the runtime is too old to be asked: containerd before 2.0, CRI-O before 1.28. */
  async usesSystemd(): Promise<boolean | undefined> {
    try {
      const { linux } = await this.#run('RuntimeConfig', [pods.nothing, {}], images.runtimeConfigResponse);
      return linux && linux.cgroupDriver === images.SYSTEMD;
    } catch (error) {
      if (error instanceof CriError && error.code === 'Unimplemented') return undefined;
      throw error;
    }
  }

  async runPodSandbox(config: pods.PodSandboxConfig): Promise<string> {
    const { podSandboxId } = await this.#run(
      'RunPodSandbox',
      [pods.runPodSandboxRequest, { config }],
      pods.sandboxReference,
    );
    return podSandboxId;
  }

  async podSandboxStatus(podSandboxId: string): Promise<pods.PodSandboxStatus | undefined> {
    const answer = await unlessGone(
      this.#run('PodSandboxStatus', [pods.sandboxReference, { podSandboxId }], pods.podSandboxStatusResponse),
    );
    return answer?.status;
  }

  async listPodSandboxes(labelSelector: pods.Texts): Promise<readonly string[]> {
    const { items } = await this.#run(
      'ListPodSandbox',
      [pods.listPodSandboxRequest, { filter: { labelSelector } }],
      pods.listPodSandboxResponse,
    );
    return items.map(({ id }) => id);
  }

  async stopPodSandbox(podSandboxId: string): Promise<void> {
    await unlessGone(this.#run('StopPodSandbox', [pods.sandboxReference, { podSandboxId }], pods.nothing));
  }

  async removePodSandbox(podSandboxId: string): Promise<void> {
    await unlessGone(this.#run('RemovePodSandbox', [pods.sandboxReference, { podSandboxId }], pods.nothing));
  }

  async createContainer(request: containers.CreateContainerRequest): Promise<string> {
    const { containerId } = await this.#run(
      'CreateContainer',
      [containers.createContainerRequest, request],
      containers.containerReference,
    );
    return containerId;
  }

  async startContainer(containerId: string): Promise<void> {
    await this.#run('StartContainer', [containers.containerReference, { containerId }], pods.nothing);
  }

  async stopContainer(containerId: string, timeout: number): Promise<void> {
    const deadlineMs = timeout * 1000 + STOP_MARGIN_MS;
    await unlessGone(
      this.#run(
        'StopContainer',
        [containers.stopContainerRequest, { containerId, timeout }],
        pods.nothing,
        deadlineMs,
      ),
    );
  }

  async updateContainerResources(containerId: string, linux: containers.LinuxResources): Promise<void> {
    const request = { containerId, linux };
    await this.#run(
      'UpdateContainerResources',
      [containers.updateContainerResourcesRequest, request],
      pods.nothing,
    );
  }

  async removeContainer(containerId: string): Promise<void> {
    await unlessGone(
      this.#run('RemoveContainer', [containers.containerReference, { containerId }], pods.nothing),
    );
  }

  async containerStatus(containerId: string): Promise<containers.ContainerStatusMessage | undefined> {
    const answer = await unlessGone(
      this.#run(
        'ContainerStatus',
        [containers.containerReference, { containerId }],
        containers.containerStatusResponse,
      ),
    );
    return answer?.status;
  }

  async listContainers(labelSelector: pods.Texts): Promise<readonly containers.ListedContainer[]> {
    const answer = await this.#run(
      'ListContainers',
      [containers.listContainersRequest, { filter: { labelSelector } }],
      containers.listContainersResponse,
    );
    return answer.containers;
  }

  async listContainerStats(labelSelector: pods.Texts): Promise<readonly stats.ContainerStatsMessage[]> {
    const answer = await this.#run(
      'ListContainerStats',
      [stats.listContainerStatsRequest, { filter: { labelSelector } }],
      stats.listContainerStatsResponse,
    );
    return answer.stats;
  }

  async listPodSandboxStats(labelSelector: pods.Texts): Promise<readonly stats.PodSandboxStatsMessage[]> {
    const answer = await this.#run(
      'ListPodSandboxStats',
      [stats.listPodSandboxStatsRequest, { filter: { labelSelector } }],
      stats.listPodSandboxStatsResponse,
    );
    return answer.stats;
  }

  async reopenContainerLog(containerId: string): Promise<void> {
    await this.#run('ReopenContainerLog', [containers.containerReference, { containerId }], pods.nothing);
  }

  execSync(request: containers.ExecSyncRequest, deadlineMs: number): Promise<containers.ExecSyncResponse> {
    return this.#run(
      'ExecSync',
      [containers.execSyncRequest, request],
      containers.execSyncResponse,
      deadlineMs,
    );
  }

  async exec(request: containers.ExecRequest): Promise<URL> {
    return urlOf(await this.#run('Exec', [containers.execRequest, request], pods.urlResponse));
  }

  async attach(request: containers.AttachRequest): Promise<URL> {
    return urlOf(await this.#run('Attach', [containers.attachRequest, request], pods.urlResponse));
  }

  async portForward(request: pods.PortForwardRequest): Promise<URL> {
    return urlOf(await this.#run('PortForward', [pods.portForwardRequest, request], pods.urlResponse));
  }

  async imageStatus(image: string): Promise<images.ImageMessage | undefined> {
    const answer = await this.client.call(
      'ImageService',
      'ImageStatus',
      [images.imageReference, { image: { image } }],
      images.imageStatusResponse,
    );
    return answer.image;
  }

  async listImages(): Promise<readonly images.ImageMessage[]> {
    const answer = await this.client.call(
      'ImageService',
      'ListImages',
      [pods.nothing, {}],
      images.listImagesResponse,
    );
    return answer.images;
  }

  async removeImage(image: string): Promise<void> {
    const request = [images.imageReference, { image: { image } }] as const;
    await this.client.call('ImageService', 'RemoveImage', request, pods.nothing);
  }

  /** The folder that the images lie in. */
  async imageFolder(): Promise<string | undefined> {
    const answer = await this.client.call(
      'ImageService',
      'ImageFsInfo',
      [pods.nothing, {}],
      images.imageFsInfoResponse,
    );
    return answer.imageFilesystems[0]?.fsId?.mountpoint;
  }

  async pullImage(request: images.PullImageRequest): Promise<string> {
    const { imageRef } = await this.client.call(
      'ImageService',
      'PullImage',
      [images.pullImageRequest, request],
      images.pullImageResponse,
      PULL_MS,
    );
    return imageRef;
  }

  #run<Request extends object, Response extends object>(
    method: string,
    request: readonly [Message<Request>, Request],
    responses: Message<Response>,
    deadlineMs?: number,
  ): Promise<Response> {
    return this.client.call('RuntimeService', method, request, responses, deadlineMs);
  }
}

const urlOf = ({ url }: { url: string }): URL => new URL(url);

async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CriError && error.code === 'NotFound') return undefined;
    throw error;
  }
}
