import type { KeyPair } from '../pki/certificateAuthority.ts';
import type { Credentials } from './credentials.ts';

export interface KubeconfigOptions {
  readonly clusterName?: string;
  readonly server: string;
  readonly caCertificate: string;
  /** Without one the kubeconfig tells only where the cluster is. */
  readonly user?: { readonly name: string; readonly credentials: KeyPair };
}

/**
 * A complete kubeconfig, with everything that it names inside it. Written out here, because every start writes one and
 * none should load a YAML library for it; values stand as JSON strings, which are YAML too.
 */
export function kubeconfig({ clusterName = '', server, caCertificate, user }: KubeconfigOptions): string {
  const context = user ? `${user.name}@${clusterName}` : '';
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- name: ${quoted(clusterName)}`,
    '  cluster:',
    `    server: ${quoted(server)}`,
    `    certificate-authority-data: ${base64(caCertificate)}`,
    ...(user ? userLines(user) : ['users: null']),
    ...(user ? contextLines(context, clusterName, user.name) : ['contexts: null']),
    `current-context: ${quoted(context)}`,
    'preferences: {}',
    '',
  ].join('\n');
}

/** The administrator's. */
export const adminKubeconfig = (server: string, { authority, admin }: Credentials): string =>
  kubeconfig({
    clusterName: 'sampan',
    server,
    caCertificate: authority.certificate,
    user: { name: 'kubernetes-admin', credentials: admin },
  });

const userLines = ({ name, credentials }: NonNullable<KubeconfigOptions['user']>) => [
  'users:',
  `- name: ${quoted(name)}`,
  '  user:',
  `    client-certificate-data: ${base64(credentials.certificate)}`,
  `    client-key-data: ${base64(credentials.key)}`,
];

const contextLines = (name: string, cluster: string, user: string) => [
  'contexts:',
  `- name: ${quoted(name)}`,
  '  context:',
  `    cluster: ${quoted(cluster)}`,
  `    user: ${quoted(user)}`,
];

const quoted = (text: string) => JSON.stringify(text);
const base64 = (text: string) => Buffer.from(text).toString('base64');
