import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Clock, EpochMs } from '../../clock/clock.ts';
import { type Random, uuid } from '../../clock/random.ts';
import type { Pod, Secret, ServiceAccount } from '../../generated/types.ts';
import { Pods, Secrets, ServiceAccounts } from '../../resources/kinds.ts';
import type { Store } from '../../store/store.ts';
import { storageKey } from '../registry/target.ts';
import type { TokenAuthenticator } from './authenticator.ts';
import type { User } from './user.ts';

/** Who signs the tokens, and for whom they are meant unless they say otherwise. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export interface TokenSubject {
  readonly account: ServiceAccount;
  readonly audiences: readonly string[];
  readonly lifeSeconds: number;
  /** The token dies with it. */
  readonly boundTo?: Pod | Secret;
}

interface Reference {
  readonly name: string;
  readonly uid: string;
}

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: Reference;
    readonly pod?: Reference;
    readonly secret?: Reference;
    readonly node?: { readonly name: string };
  };
}

export interface SignedToken {
  readonly token: string;
  readonly expiresAt: EpochMs;
}

/** How many tokens are remembered as well signed: a check of a signature takes longer than all else. */
const MAX_REMEMBERED = 5000;

/** Makes and checks the tokens of service accounts: JWTs, signed with ES256. */
export class ServiceAccountTokens implements TokenAuthenticator {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #verified = new Map<string, Claims>();

  /** `key` is an EC private key on P-256, as PEM. */
  constructor(parts: { store: Store; clock: Clock; random: Random; key: string }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#privateKey = createPrivateKey(parts.key);
    this.#publicKey = createPublicKey(this.#privateKey);
  }

  sign({ account, audiences, lifeSeconds, boundTo }: TokenSubject): SignedToken {
    const { namespace = '', name = '', uid = '' } = account.metadata;
    const issuedAt = Math.floor(this.#clock.now() / 1000);
    const expires = issuedAt + lifeSeconds;
    const claims: Claims = {
      aud: audiences,
      exp: expires,
      iat: issuedAt,
      iss: ISSUER,
      jti: uuid(this.#random),
      'kubernetes.io': { namespace, ...boundReference(boundTo), serviceaccount: { name, uid } },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const content = `${encoded({ alg: 'ES256', typ: 'JWT' })}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(content), {
      key: this.#privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return { token: `${content}.${signature.toString('base64url')}`, expiresAt: expires * 1000 };
  }

  userOf(token: string, audiences: readonly string[] = [ISSUER]): User | undefined {
    const claims = this.#verified.get(token) ?? this.#verify(token);
    if (!claims || !this.#isValid(claims, audiences)) return undefined;
    const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
    return {
      name: claims.sub,
      uid: serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
      extra: {
        'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`],
        ...(pod && {
          'authentication.kubernetes.io/pod-name': [pod.name],
          'authentication.kubernetes.io/pod-uid': [pod.uid],
        }),
      },
    };
  }

  #verify(token: string): Claims | undefined {
    const [head = '', payload = '', signature = '', ...more] = token.split('.');
    if (more.length > 0 || signature === '') return undefined;
    const key = { key: this.#publicKey, dsaEncoding: 'ieee-p1363' } as const;
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${payload}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    if (this.#verified.size >= MAX_REMEMBERED) this.#verified.clear();
    this.#verified.set(token, claims);
    return claims;
  }

  /** In its time, for us, and of things that still exist. */
  #isValid({ nbf, exp, aud, 'kubernetes.io': about }: Claims, audiences: readonly string[]): boolean {
    const now = this.#clock.now() / 1000;
    const { namespace, serviceaccount, pod, secret } = about;
    return (
      nbf <= now + 1 &&
      now < exp &&
      audiences.some((audience) => aud.includes(audience)) &&
      this.#exists(ServiceAccounts, namespace, serviceaccount) &&
      (!pod || this.#exists(Pods, namespace, pod)) &&
      (!secret || this.#exists(Secrets, namespace, secret))
    );
  }

  #exists(type: Parameters<typeof storageKey>[0], namespace: string, { name, uid }: Reference): boolean {
    const object = this.#store.get(storageKey(type, namespace, name))?.object;
    return object?.metadata.uid === uid && (type === Pods || !isBeingDeleted(object));
  }
}

function boundReference(object: Pod | Secret | undefined) {
  if (!object) return {};
  const { name = '', uid = '' } = object.metadata;
  if (object.kind === 'Secret') return { secret: { name, uid } };
  const { nodeName } = (object as Pod).spec;
  return { ...(nodeName && { node: { name: nodeName } }), pod: { name, uid } };
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
