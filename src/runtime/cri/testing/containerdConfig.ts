import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTAINERD_ENVIRONMENT, HOST_ENVIRONMENT, isAtLeast } from './containerdBinaries.ts';
import { pluginDirectory } from './whyNoContainers.ts';

export interface ContainerdOptions {
  readonly root: string;
  /** The usual place unless given; so with the others. */
  readonly state?: string;
  readonly socket?: string;
  readonly cniConfigs?: string;
  /** Where it finds which registries to ask. */
  readonly registryHosts?: string;
  /** Whether it refuses to stream containerd's own events, as other runtimes do. */
  readonly isWithoutOwnEvents?: boolean;
  /** Whether it is the host's own containerd, whatever the tests run otherwise. */
  readonly isHosts?: boolean;
}

/** Plugins that take what tests do not have, or share what tests must not share. */
const NOT_FOR_TESTS = [
  'io.containerd.internal.v1.opt',
  'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.zfs',
  'io.containerd.snapshotter.v1.devmapper',
];

const OWN_EVENTS = 'io.containerd.grpc.v1.events';

/** The configuration of a containerd of a test, in the format of its release. */
export function containerdConfig(options: ContainerdOptions, sandboxImage: string): string {
  const { root, state, socket, isWithoutOwnEvents, isHosts } = options;
  const isSecond = isAtLeast('2.0', isHosts ? HOST_ENVIRONMENT : CONTAINERD_ENVIRONMENT);
  const head = [
    `version = ${isSecond ? 3 : 2}`,
    `root = ${quoted(root)}`,
    ...(state ? [`state = ${quoted(state)}`] : []),
    `disabled_plugins = ${quoted([...NOT_FOR_TESTS, ...(isWithoutOwnEvents ? [OWN_EVENTS] : [])])}`,
    ...(socket ? ['[grpc]', `address = ${quoted(socket)}`] : []),
  ];
  const plugins = isSecond ? secondPlugins(options, sandboxImage) : firstPlugins(options, sandboxImage);
  return [...head, ...plugins, ''].join('\n');
}

/** Up to containerd 1.7. */
function firstPlugins(options: ContainerdOptions, sandboxImage: string): string[] {
  const cri = '[plugins."io.containerd.grpc.v1.cri"';
  return [
    `${cri}]`,
    `sandbox_image = ${quoted(sandboxImage)}`,
    'restrict_oom_score_adj = true',
    `${cri}.cni]`,
    `bin_dir = ${quoted(pluginDirectory())}`,
    ...cniConfigs(options),
    ...registryHosts(`${cri}.registry]`, options),
  ];
}

/** From containerd 2.0 on. */
function secondPlugins(options: ContainerdOptions, sandboxImage: string): string[] {
  const images = '[plugins."io.containerd.cri.v1.images"';
  const runtime = '[plugins."io.containerd.cri.v1.runtime"';
  return [
    `${images}.pinned_images]`,
    `sandbox = ${quoted(sandboxImage)}`,
    ...registryHosts(`${images}.registry]`, options),
    `${runtime}]`,
    'restrict_oom_score_adj = true',
    `${runtime}.cni]`,
    isAtLeast('2.1') ? `bin_dirs = ${quoted([pluginDirectory()])}` : `bin_dir = ${quoted(pluginDirectory())}`,
    ...cniConfigs(options),
    // All containerds of a host would listen at one socket.
    '[plugins."io.containerd.nri.v1.nri"]',
    'disable = true',
  ];
}

const cniConfigs = ({ cniConfigs }: ContainerdOptions): string[] =>
  cniConfigs ? [`conf_dir = ${quoted(cniConfigs)}`] : [];

const registryHosts = (table: string, { registryHosts }: ContainerdOptions): string[] =>
  registryHosts ? [table, `config_path = ${quoted(registryHosts)}`] : [];

/** TOML's strings, and lists of them, are JSON's. */
const quoted = (value: unknown): string => JSON.stringify(value);

/** Lets a containerd with these `registryHosts` pull from a mirror what is Docker's. */
export async function writeMirror(registryHosts: string, mirror: string): Promise<void> {
  const folder = join(registryHosts, 'docker.io');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'hosts.toml'),
    `[host.${quoted(mirror)}]\ncapabilities = ["pull", "resolve"]\n`,
  );
}
