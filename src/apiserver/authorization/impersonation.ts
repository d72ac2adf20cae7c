import { badRequest } from '../../apimachinery/errors.ts';
import { AUTHENTICATED, anonymous, type User } from '../authentication/user.ts';
import { type Authorizer, refusal } from './authorizer.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const listOf = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : value.split(',').map((each) => each.trim());

/** The user that a request is made as: `kubectl --as`. Throws 403 when the real one may not. */
export function impersonated(user: User, headers: Headers, authorizer: Authorizer): User {
  const name = headers['impersonate-user'];
  const groups = listOf(headers['impersonate-group']);
  if (typeof name !== 'string' || name === '') {
    if (groups.length > 0) throw badRequest('requested [groups] without impersonating a user');
    return user;
  }
  checkMay(user, 'users', name, authorizer);
  for (const group of groups) checkMay(user, 'groups', group, authorizer);
  const isAnonymous = name === anonymous.name;
  const standing = isAnonymous ? anonymous.groups : [AUTHENTICATED];
  return { name, groups: [...new Set([...groups, ...serviceAccountGroups(name), ...standing])] };
}

function checkMay(user: User, plural: string, name: string, authorizer: Authorizer): void {
  const resource = { group: '', plural, subresource: '', namespace: '', name };
  const attributes = { verb: 'impersonate', resource };
  const { isAllowed, reason } = authorizer.authorize(user, attributes);
  if (!isAllowed) throw refusal(user, attributes, reason);
}

/** A service account is in the groups of all, and of its namespace. */
function serviceAccountGroups(name: string): string[] {
  const match = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name);
  return match ? ['system:serviceaccounts', `system:serviceaccounts:${match[1]}`] : [];
}
