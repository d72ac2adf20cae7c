import { createHmac, timingSafeEqual } from 'node:crypto';

/** A secret that both sides know, and the name by which they speak of it. */
export interface SharedKey {
  readonly id: string;
  readonly secret: string;
}

/**
 * The signature of a content that travels beside it: a JWS in compact form (HS256) whose middle is left out (RFC 7515, appendix F). It is what
 * kubeadm expects of `jws-kubeconfig-<token id>` in `cluster-info`.
 */
export function detachedSignature(content: string, { id, secret }: SharedKey): string {
  const header = base64url(JSON.stringify({ alg: 'HS256', kid: id }));
  const mac = createHmac('sha256', secret)
    .update(`${header}.${base64url(content)}`)
    .digest('base64url');
  return `${header}..${mac}`;
}

export function isSignedBy(signature: string, content: string, key: SharedKey): boolean {
  const given = Buffer.from(signature);
  const right = Buffer.from(detachedSignature(content, key));
  return given.length === right.length && timingSafeEqual(given, right);
}

const base64url = (text: string) => Buffer.from(text).toString('base64url');
