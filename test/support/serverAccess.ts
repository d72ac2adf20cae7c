import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What a client needs to speak to the server: all in PEM. */
export interface ServerAccess {
  readonly url: string;
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The first cluster and the first user of a kubeconfig that carries everything inside it. */
export function accessOf(kubeconfigPath: string): ServerAccess {
  const { clusters, users } = parse(readFileSync(kubeconfigPath, 'utf8'));
  const { server, 'certificate-authority-data': ca } = clusters[0].cluster;
  const { 'client-certificate-data': cert, 'client-key-data': key } = users[0].user;
  return { url: server, ca: fromBase64(ca), cert: fromBase64(cert), key: fromBase64(key) };
}

const fromBase64 = (text: string) => Buffer.from(text, 'base64').toString('utf8');
