import { chmod, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SandboxConfig } from '../runtime.ts';

const LONGEST_LAST_WORDS = 4096;

/** What the node keeps for one sandbox: logs, `/etc/hosts`, last words. Everything goes with it. */
export class PodFiles {
  readonly #directory: string;

  constructor(root: string, { namespace, name, uid, attempt }: SandboxConfig) {
    this.#directory = join(root, `${namespace}_${name}_${uid}`, String(attempt));
  }

  get logs(): string {
    return join(this.#directory, 'logs');
  }

  get hosts(): string {
    return join(this.#directory, 'etc-hosts');
  }

  /** Of one life of a container, below `logs`. */
  logOf(container: string, attempt: number): string {
    return join(container, `${attempt}.log`);
  }

  lastWordsOf(container: string, attempt: number): string {
    return join(this.#directory, 'last-words', container, String(attempt));
  }

  async makeFolders(): Promise<void> {
    await mkdir(this.logs, { recursive: true });
  }

  /** `/etc/hosts`, as soon as the pod's address is known. */
  async writeHosts(config: SandboxConfig, ip: string): Promise<void> {
    await writeFile(this.hosts, await hostsFile(config, ip), { mode: 0o644 });
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
    // The pod's own folder goes with its last sandbox.
    await rmdir(dirname(this.#directory)).catch(() => {});
  }
}

/** Takes away the files of pods that have no sandbox any more. Other folders at the same place are not ours. */
export async function removeLeftFiles(root: string, known: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const [, , uid] = name.split('_');
    if (uid !== undefined && !known.has(uid)) await rm(join(root, name), { recursive: true, force: true });
  }
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
