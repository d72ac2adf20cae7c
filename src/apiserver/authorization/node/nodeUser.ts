import { NODE_USER_PREFIX, NODES_GROUP } from '../../../resources/nodeIdentity.ts';
import type { User } from '../../authentication/user.ts';

/** The node that a user is the agent of. Empty for one that does not say which; undefined for anybody else. */
export function nodeNameOf({ name, groups }: User): string | undefined {
  if (!name.startsWith(NODE_USER_PREFIX) || !groups.includes(NODES_GROUP)) return undefined;
  return name.slice(NODE_USER_PREFIX.length);
}
