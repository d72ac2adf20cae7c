import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { TokenReview, UserInfo } from '../../generated/types.ts';
import type { Authenticator } from '../authentication/authenticator.ts';
import { ISSUER } from '../authentication/serviceAccountTokens.ts';
import type { User } from '../authentication/user.ts';
import type { Review } from './review.ts';

const reviewType = (kind: string) => ({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind,
  plural: `${kind.toLowerCase()}s`,
  singular: kind.toLowerCase(),
  namespaced: false,
  definition: `io.k8s.api.authentication.v1.${kind}`,
});

/** The reviews that ask who somebody is: `kubectl auth whoami`, and whose token this is. */
export const identityReviews = (authenticator: Authenticator): Review[] => [
  {
    ...reviewType('SelfSubjectReview'),
    answer: (question, user) => withStatus(question, { userInfo: userInfo(user) }),
  },
  {
    ...reviewType('TokenReview'),
    answer(question) {
      const { token = '', audiences = [ISSUER] } = (question as TokenReview).spec ?? {};
      const user = authenticator.ownerOf(token);
      if (!user) return withStatus(question, { user: {}, error: 'invalid bearer token' });
      return withStatus(question, {
        authenticated: true,
        user: userInfo(user),
        audiences: audiences.filter((audience) => audience === ISSUER),
      });
    },
  },
];

const withStatus = (question: KubernetesObject, status: object) =>
  ({ ...question, status }) as KubernetesObject;

const userInfo = ({ name, groups, uid, extra }: User): UserInfo => ({
  username: name,
  ...(uid && { uid }),
  groups: [...groups],
  ...(extra && {
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
  }),
});
