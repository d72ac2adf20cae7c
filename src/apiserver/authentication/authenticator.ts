import { unauthorized } from '../../apimachinery/errors.ts';
import type { Peer } from './peer.ts';
import { AUTHENTICATED, anonymous, type User } from './user.ts';

/** Tells who holds a bearer token; undefined when it is none of its tokens, or one that is no longer valid. */
export interface TokenAuthenticator {
  userOf(token: string): User | undefined;
}

/** What a request shows of who makes it. */
export interface Shown {
  readonly peer: Peer;
  readonly authorization: string | undefined;
}

/** Finds out who makes a request. */
export class Authenticator {
  readonly #tokens: readonly TokenAuthenticator[];

  constructor(tokens: readonly TokenAuthenticator[]) {
    this.#tokens = tokens;
  }

  /** Whoever shows nothing is anonymous; who shows something that is not right gets 401. */
  authenticate({ peer: { certificate }, authorization }: Shown): User {
    if (certificate?.isTrusted) {
      return { name: certificate.commonName, groups: [...certificate.organizations, AUTHENTICATED] };
    }
    const token = bearerToken(authorization);
    if (token !== undefined) return this.ownerOf(token) ?? refuse();
    if (certificate || authorization) return refuse();
    return anonymous;
  }

  /** Who holds this token, if it is valid. */
  ownerOf(token: string): User | undefined {
    for (const authenticator of this.#tokens) {
      const user = authenticator.userOf(token);
      if (user) return { ...user, groups: [...user.groups, AUTHENTICATED] };
    }
    return undefined;
  }
}

const bearerToken = (authorization = ''): string | undefined =>
  /^bearer +(.+)$/i.exec(authorization)?.[1]?.trim();

function refuse(): never {
  throw unauthorized();
}
