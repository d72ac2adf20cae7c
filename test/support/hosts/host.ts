import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CriClient } from '../../../src/runtime/cri/criClient.ts';
import { CONTAINERD_ENVIRONMENT } from '../../../src/runtime/cri/testing/containerdBinaries.ts';
import { containerdConfig, writeMirror } from '../../../src/runtime/cri/testing/containerdConfig.ts';
import type { Outcome } from '../command.ts';
import { clock } from '../waiting.ts';
import { removeControlGroups } from './controlGroups.ts';
import { type InsideCommand, Namespaces } from './namespaces.ts';
import { until } from './until.ts';

/** The usual places of containerd and CNI, in memory, above those of this machine. */
const OWN_PLACES = `
for mount in $(awk '$2 ~ "^/run/" { print $2 }' /proc/mounts | tac); do umount -l "$mount"; done
mount -t tmpfs tmpfs "$1"
for place in etc var/lib var/log run; do
  mkdir -p "$1/upper/$place" "$1/work/$place"
  mount -t overlay overlay -o "lowerdir=/$place,upperdir=$1/upper/$place,workdir=$1/work/$place" "/$place"
done
rm -rf /etc/cni /var/lib/cni /var/log/pods /var/log/containers /run/netns /run/containerd
hostname "$2"
ip link set lo up
`;

/** All that a machine does not know after its start. */
const FORGET = `
for mount in $(awk '$2 ~ "^/run/|/containerd/" { print $2 }' /proc/mounts | tac); do umount -l "$mount"; done
rm -rf /run/containerd /run/netns
ip link delete sampan0
ip route flush proto 83
iptables -t nat -F && iptables -t nat -X && iptables -F
echo 0 >/proc/sys/net/ipv4/ip_forward
`;

const CONFIG = '/etc/containerd/config.toml';
const REGISTRY_HOSTS = '/etc/containerd/certs.d';
const SOCKET = '/run/containerd/containerd.sock';
const sampan = join(import.meta.dirname, '../../../bin/sampan.js');

export interface HostOptions {
  readonly name: string;
  readonly address: string;
  /** The host's home; it is there afterwards. */
  readonly directory: string;
  /** Where its containerd pulls images from, instead of Docker's registry. */
  readonly registry: string;
}

/** A machine of its own as far as sampan, containerd and pods can tell, with everything in its usual place. */
export class Host {
  readonly name: string;
  readonly address: string;
  /** Where commands run, and thus where data directories are. Seen from outside, too. */
  readonly home: string;
  readonly namespaces: Namespaces;
  #containerd: InsideCommand | undefined;

  private constructor({ name, address, directory }: HostOptions, namespaces: Namespaces) {
    this.name = name;
    this.address = address;
    this.home = join(directory, 'home');
    this.namespaces = namespaces;
  }

  static async start(options: HostOptions): Promise<Host> {
    const memory = join(options.directory, 'memory');
    for (const path of [memory, join(options.directory, 'home')]) await mkdir(path, { recursive: true });
    const namespaces = await Namespaces.start(OWN_PLACES, memory, options.name);
    const host = new Host(options, namespaces);
    try {
      await host.#configureContainerd(memory, options.registry);
      await host.startContainerd();
      return host;
    } catch (error) {
      await namespaces.stop();
      throw error;
    }
  }

  /** Runs a command there, in its home. */
  run(...command: string[]): Promise<Outcome> {
    return this.namespaces.run(this.#atHome(command), { env: CONTAINERD_ENVIRONMENT });
  }

  /** Runs a command that must succeed, and resolves to what it prints. */
  async ok(...command: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...command);
    expect(code, `${command.join(' ')} on ${this.name}: ${stderr}`).toBe(0);
    return stdout;
  }

  /** What a web server answers to the host itself. */
  fetch(address: string): Promise<string> {
    return this.ok(...fetching(address));
  }

  sampan(...args: string[]): Promise<string> {
    return this.ok(process.execPath, sampan, ...args);
  }

  startSampan(...args: string[]): InsideCommand {
    return this.namespaces.start(this.#atHome([process.execPath, sampan, ...args]));
  }

  /** The text of a file there; empty when it is not. */
  read(path: string): Promise<string> {
    return readFile(this.namespaces.path(path), 'utf8').catch(() => '');
  }

  async startContainerd(): Promise<void> {
    const script = `exec containerd --config ${CONFIG} >>/run/containerd.log 2>&1`;
    this.#containerd = this.namespaces.start(['sh', '-c', script], { env: CONTAINERD_ENVIRONMENT });
    await until('containerd answers', async () => {
      const socket = this.namespaces.path(SOCKET);
      return CriClient.connect(socket, clock).then(
        (client) => {
          client.close();
          return true;
        },
        () => false,
      );
    });
  }

  /** As if it had crashed. Containers go on. */
  async killContainerd(): Promise<void> {
    await this.#containerd?.stop('SIGKILL');
  }

  /** Its power fails and comes back. What was on disk is there again; containerd is started, nothing else. */
  async powerCycle(): Promise<void> {
    const containers = await this.#containers();
    await this.namespaces.run(['sh', '-c', 'kill -9 -1']);
    await removeControlGroups(containers);
    await this.ok('sh', '-c', FORGET);
    await this.startContainerd();
  }

  /** Switches the machine off. */
  async stop(): Promise<void> {
    const containers = await this.#containers().catch(() => []);
    await this.namespaces.stop();
    await removeControlGroups(containers);
  }

  async #containers(): Promise<string[]> {
    const { stdout } = await this.run('ctr', '--namespace', 'k8s.io', 'containers', 'list', '--quiet');
    return stdout.split('\n').filter((id) => id !== '');
  }

  #atHome(command: readonly string[]): string[] {
    return ['sh', '-c', 'cd "$0" && exec "$@"', this.home, ...command];
  }

  async #configureContainerd(memory: string, registry: string): Promise<void> {
    await this.ok('mkdir', '-p', '/etc/containerd');
    await writeMirror(this.namespaces.path(REGISTRY_HOSTS), registry);
    const places = { root: join(memory, 'containerd'), registryHosts: REGISTRY_HOSTS };
    await writeFile(this.namespaces.path(CONFIG), containerdConfig(places, 'docker.io/library/pause:1'));
  }
}

/** The command of busybox by which an address with a port, or without, is asked. */
export const fetching = (address: string): string[] => [
  ...['timeout', '5', 'busybox', 'wget', '-q', '-O', '-'],
  `http://${address}/`,
];
