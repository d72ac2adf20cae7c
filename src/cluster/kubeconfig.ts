import { stringify } from 'yaml';
import type { KeyPair } from '../pki/certificateAuthority.ts';

export interface KubeconfigOptions {
  readonly clusterName: string;
  readonly server: string;
  readonly caCertificate: string;
  readonly user: string;
  readonly credentials: KeyPair;
}

/** A complete kubeconfig, with everything that it names inside it. */
export function kubeconfig({
  clusterName,
  server,
  caCertificate,
  user,
  credentials,
}: KubeconfigOptions): string {
  const context = `${user}@${clusterName}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: clusterName, cluster: { server, 'certificate-authority-data': base64(caCertificate) } },
    ],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': base64(credentials.certificate),
          'client-key-data': base64(credentials.key),
        },
      },
    ],
    contexts: [{ name: context, context: { cluster: clusterName, user } }],
    'current-context': context,
    preferences: {},
  });
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
