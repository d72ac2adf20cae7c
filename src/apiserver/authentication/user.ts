import type { Identity } from '../../client/client.ts';

/** Who makes a request, as admission, authorization and audit see it. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';
export const MASTERS = 'system:masters';

/** Whoever shows no credentials. */
export const anonymous: User = { name: 'system:anonymous', groups: [UNAUTHENTICATED] };

/** A client of this process is taken at its word. */
export const userOf = ({ user, groups = [] }: Identity): User => ({
  name: user,
  groups: [...groups, AUTHENTICATED],
});
