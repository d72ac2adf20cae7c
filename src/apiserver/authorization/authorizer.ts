import { forbidden, StatusError } from '../../apimachinery/errors.ts';
import type { User } from '../authentication/user.ts';

/** What somebody wants to do. */
export interface Attributes {
  readonly verb: string;
  /** Of a request that is about no resource: `/version`. */
  readonly path?: string | undefined;
  readonly resource?: ResourceAttributes | undefined;
}

export interface ResourceAttributes {
  readonly group: string;
  readonly plural: string;
  readonly subresource: string;
  /** Empty for the whole cluster. */
  readonly namespace: string;
  /** Empty for a collection. */
  readonly name: string;
  /** Of a list or a watch, as the client wrote it: a node agent may ask for the pods of its node. */
  readonly fieldSelector?: string | undefined;
}

/** Says whether a user may do something. */
export interface Authorizer {
  authorize(user: User, attributes: Attributes): Decision;
}

export interface Decision {
  readonly isAllowed: boolean;
  /** Why, for `kubectl auth can-i` and the message of a refusal. */
  readonly reason?: string;
}

export const DENIED: Decision = { isAllowed: false };

/** Asks one after the other until one allows. */
export const anyOf = (authorizers: readonly Authorizer[]): Authorizer => ({
  authorize(user, attributes) {
    const reasons: string[] = [];
    for (const authorizer of authorizers) {
      const decision = authorizer.authorize(user, attributes);
      if (decision.isAllowed) return decision;
      if (decision.reason) reasons.push(decision.reason);
    }
    return reasons.length > 0 ? { isAllowed: false, reason: reasons.join('\n') } : DENIED;
  },
});

/** `User "x" cannot list resource "pods" in API group "" in the namespace "default"` */
export function refusal(user: User, { verb, path, resource }: Attributes, reason?: string): StatusError {
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  const why = reason ? `: ${reason}` : '';
  if (!resource)
    return new StatusError('Forbidden', `forbidden: ${who} path ${JSON.stringify(path)}${why}`, {});
  const { group, plural, subresource, namespace, name } = resource;
  const what = JSON.stringify(subresource ? `${plural}/${subresource}` : plural);
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  return forbidden(
    { group, plural },
    name,
    `${who} resource ${what} in API group ${JSON.stringify(group)} ${where}${why}`,
  );
}
