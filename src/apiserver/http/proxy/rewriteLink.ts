import { posix } from 'node:path';

/** What a link leads away from, and where it must lead to. */
export interface LinkRules {
  /** Where the page came from, as the proxy knows it: address and port of the pod. */
  readonly host: string;
  /** The same as the client knows it: the header `Host` of its request. */
  readonly requestHost: string | undefined;
  /** The path by which the client reaches the root of the page's host. */
  readonly prefix: string;
}

const URL_PARTS = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is;

/** A link so that it leads through the proxy again, if it leads to the same host and from its root. */
export function rewriteLink(link: string, { host, requestHost, prefix }: LinkRules): string {
  const [, scheme, authority = '', path = '', rest] = URL_PARTS.exec(link) ?? [];
  const isElsewhere = authority !== '' && authority !== host && authority !== requestHost;
  if (isElsewhere || !path.startsWith('/')) return link;
  const origin =
    authority !== '' && authority === requestHost ? `${scheme ? `${scheme}:` : ''}//${authority}` : '';
  return `${origin}${path.startsWith(prefix) ? path : posix.join(prefix, path)}${rest}`;
}
