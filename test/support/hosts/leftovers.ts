import { readdir } from 'node:fs/promises';
import type { Host } from './host.ts';

const FOLDERS = ['/etc/cni/net.d', '/var/lib/cni/networks', '/var/lib/cni/results', '/run/netns'];
const LOGS = ['pods', 'containers'];

/** What there is on a host of pods, of their network and of sampan; nothing if it is as it was at first. */
export async function leftovers(host: Host): Promise<string[]> {
  const lines = async (what: RegExp, ...command: string[]) =>
    (await host.ok(...command)).split('\n').filter((line) => what.test(line));
  const files = await Promise.all(
    FOLDERS.map(async (folder) => {
      const names = await readdir(host.namespaces.path(folder)).catch(() => []);
      return names.map((name) => `${folder}/${name}`);
    }),
  );
  return [
    ...(await lines(/./, 'ctr', '--namespace', 'k8s.io', 'containers', 'list', '--quiet')),
    ...(await lines(/shim|sampan\.js/, 'ps', '-e', '-o', 'args')),
    ...(await lines(/ \/run\/(netns|containerd)\/|\.sampan/, 'cat', '/proc/mounts')),
    ...(await lines(/10\.244|proto 83/, 'ip', 'route')),
    ...(await lines(/^\d+: (?!lo:|eth0@)/, 'ip', '-o', 'link')),
    ...(await lines(/sampan|CNI/, 'iptables-save')),
    ...files.flat(),
    ...(await readdir(host.namespaces.path('/var/log'))).filter((name) => LOGS.includes(name)),
    ...(await readdir(host.home)),
  ];
}
