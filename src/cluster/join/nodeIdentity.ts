import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { serverAccessFromKubeconfig } from '../../client/http/kubeconfig.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { KeyPair } from '../../pki/certificateAuthority.ts';
import { NODE_USER_PREFIX } from '../../resources/nodeIdentity.ts';
import { DataDirectory } from '../dataDirectory.ts';
import { kubeconfig } from '../kubeconfig.ts';

/** What a node that has joined keeps: where its cluster is, whom it trusts, and who it is. */
export interface NodeIdentity {
  readonly nodeName: string;
  /** `https://10.0.0.1:6443`. */
  readonly server: string;
  readonly caCertificate: string;
  readonly client: KeyPair;
}

const FILE = 'kubelet.kubeconfig';

/** Keeps the identity as a kubeconfig for its owner alone. */
export function keepIdentity(
  directory: DataDirectory,
  { nodeName, server, caCertificate, client }: NodeIdentity,
): void {
  const user = { name: NODE_USER_PREFIX + nodeName, credentials: client };
  directory.write(FILE, kubeconfig({ clusterName: 'kubernetes', server, caCertificate, user }));
}

/** The identity that an earlier `join` left; undefined when there is none, or when its certificate has ended. Throws when the file is spoilt. */
export function findIdentity(dataDir: string, now: EpochMs): NodeIdentity | undefined {
  const text = existsSync(dataDir) ? new DataDirectory(dataDir).read(FILE) : undefined;
  if (text === undefined) return undefined;
  const { server, caCertificate = '', credentials } = serverAccessFromKubeconfig(text);
  if (!credentials || !('certificate' in credentials)) {
    throw new Error(`Cannot use ${dataDir}/${FILE}: it holds no certificate. Remove it to join anew`);
  }
  const { subject, validTo } = new X509Certificate(credentials.certificate);
  if (Date.parse(validTo) <= now) return undefined;
  const nodeName = /^CN=system:node:(.+)$/m.exec(subject)?.[1] ?? '';
  return { nodeName, server, caCertificate, client: credentials };
}
