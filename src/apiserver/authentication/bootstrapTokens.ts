import { timingSafeEqual } from 'node:crypto';
import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Secret } from '../../generated/types.ts';
import { Secrets } from '../../resources/kinds.ts';
import type { Store } from '../../store/store.ts';
import { storageKey } from '../registry/target.ts';
import type { TokenAuthenticator } from './authenticator.ts';
import type { User } from './user.ts';

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const NAMESPACE = 'kube-system';
const SECRET_TYPE = 'bootstrap.kubernetes.io/token';
const BOOTSTRAPPERS = 'system:bootstrappers';
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

/** The tokens with which machines join: secrets named `bootstrap-token-<id>` in `kube-system`. */
export class BootstrapTokens implements TokenAuthenticator {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  userOf(token: string): User | undefined {
    const [, id, secret] = TOKEN.exec(token) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const stored = this.#store.get(storageKey(Secrets, NAMESPACE, `bootstrap-token-${id}`));
    const data = stored && dataOf(stored.object as Secret);
    if (!data || data('token-id') !== id || !isSame(data('token-secret'), secret)) return undefined;
    if (data('usage-bootstrap-authentication') !== 'true' || this.#hasExpired(data('expiration')))
      return undefined;
    const extra = data('auth-extra-groups')
      .split(',')
      .filter((group) => EXTRA_GROUP.test(group));
    return { name: `system:bootstrap:${id}`, groups: [BOOTSTRAPPERS, ...extra] };
  }

  #hasExpired(expiration: string): boolean {
    if (expiration === '') return false;
    const time = Date.parse(expiration);
    return !(time > this.#clock.now());
  }
}

/** Reads the fields of a token's secret; undefined when it is none, or on its way out. */
function dataOf(secret: Secret): ((field: string) => string) | undefined {
  if (secret.type !== SECRET_TYPE || isBeingDeleted(secret)) return undefined;
  return (field) => Buffer.from(secret.data?.[field] ?? '', 'base64').toString();
}

/** In a time that does not depend on how much of it is right. */
function isSame(actual: string, given: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
