import type { User } from '../authentication/user.ts';

/** What somebody wants to do: with a resource, or with a path that is none. */
export interface Attributes {
  readonly user: User;
  readonly verb: string;
  /** The URL's path, for requests that are about no resource. */
  readonly path: string;
  readonly resource?: ResourceAttributes | undefined;
}

export interface ResourceAttributes {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly subresource: string;
  /** Empty outside namespaces, or across all of them. */
  readonly namespace: string;
  /** Empty for the collection. */
  readonly name: string;
}

export interface Decision {
  readonly isAllowed: boolean;
  /** Why, for access reviews: `RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to User "z"`. */
  readonly reason: string;
}

/** Says who may do what. Decisions are made from memory: they cost microseconds. */
export interface Authorizer {
  authorize(attributes: Attributes): Decision;
}
