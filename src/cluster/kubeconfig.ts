import { stringify } from 'yaml';
import type { KeyPair } from '../pki/certificateAuthority.ts';

export interface KubeconfigOptions {
  readonly clusterName?: string;
  readonly server: string;
  readonly caCertificate: string;
  /** Without one the kubeconfig tells only where the cluster is. */
  readonly user?: { readonly name: string; readonly credentials: KeyPair };
}

/** A complete kubeconfig, with everything that it names inside it. */
export function kubeconfig({ clusterName = '', server, caCertificate, user }: KubeconfigOptions): string {
  const context = user && `${user.name}@${clusterName}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: clusterName, cluster: { server, 'certificate-authority-data': base64(caCertificate) } },
    ],
    users: user ? [userEntry(user)] : null,
    contexts: user ? [{ name: context, context: { cluster: clusterName, user: user.name } }] : null,
    'current-context': context ?? '',
    preferences: {},
  });
}

const userEntry = ({ name, credentials }: NonNullable<KubeconfigOptions['user']>) => ({
  name,
  user: {
    'client-certificate-data': base64(credentials.certificate),
    'client-key-data': base64(credentials.key),
  },
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
