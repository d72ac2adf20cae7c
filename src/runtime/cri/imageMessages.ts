import { Message } from '../../apimachinery/protobuf.ts';
import { type Int64Value, int64Value, type Texts } from './podMessages.ts';

/** CRI's messages about images and about the runtime itself. */
export interface ImageSpec {
  image: string;
}
export const imageSpec = new Message<ImageSpec>({ image: [1, 'text'] });

export const imageReference = new Message<{ image: ImageSpec }>({ image: [1, imageSpec] });

export interface ImageMessage {
  id: string;
  repoDigests: string[];
  size: number;
  uid: Int64Value | undefined;
  username: string;
  pinned: boolean;
}
const imageMessage = new Message<ImageMessage>({
  id: [1, 'text'],
  repoDigests: [3, 'text', 'many'],
  size: [4, 'number'],
  uid: [5, int64Value],
  username: [6, 'text'],
  pinned: [8, 'boolean'],
});
export const imageStatusResponse = new Message<{ image: ImageMessage | undefined }>({
  image: [1, imageMessage],
});
export const listImagesResponse = new Message<{ images: ImageMessage[] }>({
  images: [1, imageMessage, 'many'],
});

interface ImageDisk {
  fsId: { mountpoint: string } | undefined;
}
export const imageFsInfoResponse = new Message<{ imageFilesystems: ImageDisk[] }>({
  imageFilesystems: [
    1,
    new Message<ImageDisk>({ fsId: [2, new Message<{ mountpoint: string }>({ mountpoint: [1, 'text'] })] }),
    'many',
  ],
});

interface AuthConfig {
  username: string;
  password: string;
}

export interface PullImageRequest {
  image: ImageSpec;
  auth?: AuthConfig | undefined;
}
export const pullImageRequest = new Message<PullImageRequest>({
  image: [1, imageSpec],
  auth: [2, new Message<AuthConfig>({ username: [1, 'text'], password: [2, 'text'] })],
});

export const pullImageResponse = new Message<{ imageRef: string }>({ imageRef: [1, 'text'] });

export interface VersionResponse {
  runtimeName: string;
  runtimeVersion: string;
}
export const versionRequest = new Message<{ version: string }>({ version: [1, 'text'] });
export const versionResponse = new Message<VersionResponse>({
  runtimeName: [2, 'text'],
  runtimeVersion: [3, 'text'],
});

interface RuntimeCondition {
  type: string;
  status: boolean;
  message: string;
}

export interface StatusResponse {
  status: { conditions: RuntimeCondition[] } | undefined;
  /** JSON texts for those who know the runtime. */
  info: Texts;
  features: { supplementalGroupsPolicy: boolean } | undefined;
}
export const statusRequest = new Message<{ verbose: boolean }>({ verbose: [1, 'boolean'] });
export const statusResponse = new Message<StatusResponse>({
  status: [
    1,
    new Message<{ conditions: RuntimeCondition[] }>({
      conditions: [
        1,
        new Message<RuntimeCondition>({ type: [1, 'text'], status: [2, 'boolean'], message: [4, 'text'] }),
        'many',
      ],
    }),
  ],
  info: [2, 'map'],
  features: [
    4,
    new Message<{ supplementalGroupsPolicy: boolean }>({ supplementalGroupsPolicy: [1, 'boolean'] }),
  ],
});

/** Who makes control groups: systemd is 0. */
export const SYSTEMD = 0;
interface LinuxRuntimeConfig {
  cgroupDriver: number;
}
export const runtimeConfigResponse = new Message<{ linux: LinuxRuntimeConfig | undefined }>({
  linux: [1, new Message<LinuxRuntimeConfig>({ cgroupDriver: [1, 'number'] })],
});
