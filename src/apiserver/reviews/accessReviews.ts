import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { SubjectAccessReview, SubjectAccessReviewSpec } from '../../generated/types.ts';
import type { User } from '../authentication/user.ts';
import type { Attributes, Authorizer } from '../authorization/authorizer.ts';
import { checkReview } from './accessReviewValidation.ts';
import type { Review } from './review.ts';

const reviewType = (kind: string, namespaced = false) => ({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind,
  plural: `${kind.toLowerCase()}s`,
  singular: kind.toLowerCase(),
  namespaced,
  definition: `io.k8s.api.authorization.v1.${kind}`,
});

/** The reviews that ask whether somebody may do something: `kubectl auth can-i` among others. */
export const accessReviews = (authorizer: Authorizer): Review[] => [
  {
    ...reviewType('SelfSubjectAccessReview'),
    answer(question, user) {
      checkReview('SelfSubjectAccessReview', question);
      return answered(authorizer, question, user);
    },
  },
  {
    ...reviewType('SubjectAccessReview'),
    answer(question) {
      checkReview('SubjectAccessReview', question);
      return answered(authorizer, question, subjectOf(question));
    },
  },
  {
    ...reviewType('LocalSubjectAccessReview', true),
    answer(question, _user, namespace) {
      const settled = { ...question, metadata: { namespace, ...question.metadata } };
      checkReview('LocalSubjectAccessReview', settled);
      return answered(authorizer, settled, subjectOf(question));
    },
  },
];

const specOf = (question: KubernetesObject): SubjectAccessReviewSpec =>
  (question as SubjectAccessReview).spec ?? {};

function subjectOf(question: KubernetesObject): User {
  const { user = '', groups = [], uid, extra } = specOf(question);
  return { name: user, groups, ...(uid && { uid }), ...(extra && { extra }) };
}

function answered(authorizer: Authorizer, question: KubernetesObject, user: User): KubernetesObject {
  const { isAllowed, reason } = authorizer.authorize(user, attributesOf(specOf(question)));
  const status = { allowed: isAllowed, ...(reason && { reason }) };
  return { ...question, status } as KubernetesObject;
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: SubjectAccessReviewSpec): Attributes {
  if (nonResourceAttributes) {
    return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path };
  }
  const { verb = '', group = '', resource: plural = '', subresource = '' } = resourceAttributes!;
  const { namespace = '', name = '', fieldSelector } = resourceAttributes!;
  const { rawSelector } = fieldSelector ?? {};
  return { verb, resource: { group, plural, subresource, namespace, name, fieldSelector: rawSelector } };
}
