import { timingSafeEqual } from 'node:crypto';
import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Secret } from '../../generated/types.ts';
import {
  type BootstrapToken,
  bootstrapTokenOf,
  bootstrapTokenSecretName,
  isExpired,
  splitBootstrapToken,
} from '../../resources/bootstrapToken.ts';
import { Secrets } from '../../resources/kinds.ts';
import type { Store } from '../../store/store.ts';
import { storageKey } from '../registry/target.ts';
import type { TokenAuthenticator } from './authenticator.ts';
import type { User } from './user.ts';

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

  userOf(text: string): User | undefined {
    const { id, secret } = splitBootstrapToken(text) ?? {};
    if (id === undefined || secret === undefined) return undefined;
    const token = this.#find(id);
    if (!token || !isSame(token.secret, secret)) return undefined;
    if (!token.usages.includes('authentication') || isExpired(token, this.#clock.now())) return undefined;
    const extra = token.groups.filter((group) => EXTRA_GROUP.test(group));
    return { name: `system:bootstrap:${id}`, groups: [BOOTSTRAPPERS, ...extra] };
  }

  #find(id: string): BootstrapToken | undefined {
    const stored = this.#store.get(storageKey(Secrets, 'kube-system', bootstrapTokenSecretName(id)));
    const secret = stored?.object as Secret | undefined;
    return secret && !isBeingDeleted(secret) ? bootstrapTokenOf(secret) : undefined;
  }
}

/** In a time that does not depend on how much of it is right. */
function isSame(actual: string, given: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
