import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CONTAINERD_ENVIRONMENT } from './containerdBinaries.ts';

const NEEDED = ['containerd', 'ctr', 'runc', 'ip', 'iptables', 'tar', 'ps', 'unshare', 'nsenter', 'setpriv'];
const PATH = [
  ...CONTAINERD_ENVIRONMENT.PATH.split(':'),
  '/usr/bin',
  '/usr/sbin',
  '/bin',
  '/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
];
const PLUGINS = ['/usr/lib/cni', '/opt/cni/bin'];
export const BUSYBOX_PROGRAM = '/bin/busybox';

/** Why no containers can be run here; undefined when they can. */
export function whyNoContainers(): string | undefined {
  if (process.getuid?.() !== 0) return 'containers need root';
  const missing = NEEDED.filter((name) => !PATH.some((directory) => existsSync(join(directory, name))));
  if (!existsSync(BUSYBOX_PROGRAM)) missing.push('busybox-static');
  if (!pluginDirectory()) missing.push('containernetworking-plugins');
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : whyRefused();
}

/** Where CNI's plugins are. */
export const pluginDirectory = (): string | undefined =>
  PLUGINS.find((directory) => existsSync(join(directory, 'bridge')));

/** What containers and their network take, in namespaces that go with it. */
const TRIAL = `
mkdir "$1/memory"
mount -t tmpfs tmpfs "$1/memory"
mkdir "$1/memory/upper" "$1/memory/work"
mount -t overlay overlay -o "lowerdir=$1/rootfs,upperdir=$1/memory/upper,workdir=$1/memory/work" "$1/rootfs"
ip link add trial type bridge
ip link add one type veth peer name two
echo 1 >/proc/sys/net/ipv4/ip_forward
iptables -w -t nat -A POSTROUTING -m comment --comment trial -j MASQUERADE
runc --root "$1/runc" run --bundle "$1" "$2"
`;

/** Not every root may: in a container it mostly must not. */
function whyRefused(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sampan-trial-'));
  try {
    makeBundle(folder);
    const apart = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const script = ['bash', '-ec', TRIAL, 'bash', folder, basename(folder)];
    execFileSync('unshare', [...apart, ...script], { stdio: 'pipe', timeout: 20_000 });
    return undefined;
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    return `root may not run containers here: ${stderr?.toString().trim().split('\n').at(-1) || error}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What runc runs: busybox, with limits of its own. */
function makeBundle(folder: string): void {
  mkdirSync(join(folder, 'rootfs/bin'), { recursive: true });
  copyFileSync(BUSYBOX_PROGRAM, join(folder, 'rootfs/bin/true'));
  execFileSync('runc', ['spec', '--bundle', folder], { stdio: 'pipe' });
  const path = join(folder, 'config.json');
  const spec = JSON.parse(readFileSync(path, 'utf8'));
  spec.process.terminal = false;
  spec.process.args = ['/bin/true'];
  spec.linux.cgroupsPath = `/${basename(folder)}`;
  spec.linux.resources = {
    ...spec.linux.resources,
    cpu: { shares: 100 },
    memory: { limit: 64 * 1024 * 1024 },
  };
  writeFileSync(path, JSON.stringify(spec));
}
