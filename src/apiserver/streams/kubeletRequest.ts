import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { StreamServer } from './spdyClient.ts';

/** Where a kubelet listens, and the certificates for talking with it. */
export interface KubeletAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: NonNullable<StreamServer['tls']>;
}

export type Query = [name: string, value: string][];

export function kubeletUrl(
  { host, port }: Pick<KubeletAddress, 'host' | 'port'>,
  path: readonly string[],
  query: Query = [],
): URL {
  const url = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
  url.pathname = path.map(encodeURIComponent).join('/');
  url.search = new URLSearchParams(query).toString();
  return url;
}

/** Resolves when the answer begins. */
export const getFrom = (url: URL, options: https.RequestOptions) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    https.get(url, { agent: false, ...options }, resolve).on('error', reject);
  });
