import { chmod, mkdir, readdir, readFile, readlink, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SandboxConfig } from '../runtime.ts';

const LONGEST_LAST_WORDS = 4096;

/** As the kubelet calls the folder of a pod's logs. None of the three can have an underscore. */
export const podFolderName = ({ namespace, name, uid }: SandboxConfig): string =>
  `${namespace}_${name}_${uid}`;

/** What the node keeps for one sandbox: `/etc/hosts`, last words, and its logs or the way to them. Everything goes with it. */
export class PodFiles {
  readonly #directory: string;

  constructor(root: string, config: SandboxConfig) {
    this.#directory = join(root, podFolderName(config), String(config.attempt));
  }

  get hosts(): string {
    return join(this.#directory, 'etc-hosts');
  }

  /** Where its containers' logs lie: the runtime was told when it was made. */
  async logs(): Promise<string> {
    return readlink(this.#logs).catch(() => this.#logs);
  }

  /** Of one life of a container, below `logs`. */
  logOf(container: string, attempt: number): string {
    return join(container, `${attempt}.log`);
  }

  lastWordsOf(container: string, attempt: number): string {
    return join(this.#directory, 'last-words', container, String(attempt));
  }

  /** `logDirectory`: where the logs of a new pod lie, if not here. */
  async makeFolders(logDirectory: string | undefined): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    // First the way to them, so that whatever is made elsewhere is found again. One that is there from an earlier try stays.
    if (logDirectory !== undefined) await symlink(logDirectory, this.#logs).catch(ifNotThere);
    await mkdir(await this.logs(), { recursive: true, mode: 0o755 });
  }

  /** `/etc/hosts`, as soon as the pod's address is known. */
  async writeHosts(config: SandboxConfig, ip: string): Promise<void> {
    await writeFile(this.hosts, await hostsFile(config, ip), { mode: 0o644 });
  }

  /** Takes away what is this sandbox's alone. Logs that lie elsewhere are the pod's. */
  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
    // The pod's own folder goes with its last sandbox.
    await rmdir(dirname(this.#directory)).catch(() => {});
  }

  get #logs(): string {
    return join(this.#directory, 'logs');
  }
}

function ifNotThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** The uid in the name of a pod's folder; undefined for other folders. */
export const uidOfFolder = (name: string): string | undefined => name.split('_')[2];

/** Where the logs of a pod's sandboxes lie, other than in its own folder. */
export async function logsElsewhere(folder: string): Promise<string[]> {
  const attempts = await readdir(folder).catch(() => []);
  const ways = attempts.map((attempt) => readlink(join(folder, attempt, 'logs')).catch(() => ''));
  return [...new Set(await Promise.all(ways))].filter((path) => basename(path) === basename(folder));
}

/** As the kubelet writes it. */
async function hostsFile({ hostname, hostNetwork, isolation }: SandboxConfig, ip: string): Promise<string> {
  const lines = hostNetwork ? await hostsOfHost() : hostsOfPod(ip, hostname, isolation?.domain);
  const aliases = (isolation?.hostAliases ?? []).map((alias) => [alias.ip, ...alias.hostnames].join('\t'));
  if (aliases.length > 0) lines.push('', '# Entries added by HostAliases.', ...aliases);
  return `${lines.join('\n')}\n`;
}

async function hostsOfHost(): Promise<string[]> {
  const text = await readFile('/etc/hosts', 'utf8').catch(() => '');
  return ['# Kubernetes-managed hosts file (host network).', text.trimEnd()];
}

const hostsOfPod = (ip: string, hostname: string, domain: string | undefined): string[] => [
  '# Kubernetes-managed hosts file.',
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::\tip6-localnet',
  'fe00::\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
  [ip, ...(domain && !hostname.endsWith(`.${domain}`) ? [`${hostname}.${domain}`] : []), hostname].join('\t'),
];

/** An empty file that any user of the container may write to. */
export async function makeLastWords(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
  // The container's user need not be ours.
  await chmod(path, 0o666);
}

export async function readLastWords(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(-LONGEST_LAST_WORDS);
}
