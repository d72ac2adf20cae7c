import type { Container, PodSpec, Volume } from '../../generated/types.ts';

export const TOKEN_VOLUME_PREFIX = 'kube-api-access-';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour and seven seconds: by the seven, upstream tells the tokens that admission asked for from others. */
const TOKEN_SECONDS = 3607;

/** Mounts the account's token, the cluster's root certificate and the namespace into every container that has nothing there. */
export function mountToken(spec: PodSpec, newName: () => string): void {
  const present = spec.volumes?.find(({ name }) => name?.startsWith(TOKEN_VOLUME_PREFIX));
  const lacking = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter(lacksToken);
  if (lacking.length === 0) return;
  const name = present?.name ?? newName();
  for (const container of lacking) {
    const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
    container.volumeMounts = [...(container.volumeMounts ?? []), mount];
  }
  if (!present) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

const lacksToken = ({ volumeMounts = [] }: Container): boolean =>
  !volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH);

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 0o644,
  },
});
