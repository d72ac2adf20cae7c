import { MASTERS } from '../authentication/user.ts';
import { type Authorizer, DENIED } from './authorizer.ts';

/** Whoever is in `system:masters` may do everything, whatever roles there are. */
export const mastersAuthorizer: Authorizer = {
  authorize: (user) => (user.groups.includes(MASTERS) ? { isAllowed: true } : DENIED),
};
