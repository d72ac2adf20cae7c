import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ApiService, ContainerConfig, SandboxConfig } from '../runtime.ts';
import type { ContainerFiles } from './containerFiles.ts';

/** Where libraries look for the account of their pod; no other place can be named to most of them. */
export const ACCOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Where they look next, from the home of the container. */
const KUBECONFIG_PATH = '/.kube/config';
const IS_OF_SERVICE = /^KUBERNETES_(?:SERVICE|PORT)/;

/** The variables of the service `kubernetes` say where the server is: a process of the host cannot reach the service's own address. */
export function withServerAddress(
  config: ContainerConfig,
  { clusterIP, port, server }: ApiService,
): ContainerConfig {
  const real = new Map([
    [clusterIP, server.address],
    [String(port), String(server.port)],
    [`tcp://${clusterIP}:${port}`, `tcp://${server.address}:${server.port}`],
  ]);
  const env = config.env.map(
    ([name, value]) => [name, (IS_OF_SERVICE.test(name) && real.get(value)) || value] as const,
  );
  return { ...config, env };
}

/**
 * Gives clients in a container that has a service account a kubeconfig: its token and authority are not at the usual path, which is the
 * host's here. Leaves the place to a volume of the pod that lies there.
 */
export async function writeKubeconfig(
  files: ContainerFiles,
  { mounts }: ContainerConfig,
  { namespace }: SandboxConfig,
  { server }: ApiService,
): Promise<void> {
  const hasAccount = mounts.some(({ containerPath }) => containerPath === ACCOUNT_PATH);
  const isTaken = mounts.some(({ containerPath }) => isWithin(KUBECONFIG_PATH, containerPath));
  if (!hasAccount || isTaken) return;
  const path = files.inRoot(KUBECONFIG_PATH);
  const account = files.inRoot(ACCOUNT_PATH);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    path,
    JSON.stringify(kubeconfig(account, `https://${server.address}:${server.port}`, namespace), undefined, 2),
    {
      mode: 0o600,
    },
  );
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** JSON is YAML. */
const kubeconfig = (account: string, server: string, namespace: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'cluster', cluster: { server, 'certificate-authority': `${account}/ca.crt` } }],
  users: [{ name: 'account', user: { tokenFile: `${account}/token` } }],
  contexts: [{ name: 'pod', context: { cluster: 'cluster', user: 'account', namespace } }],
  'current-context': 'pod',
});
