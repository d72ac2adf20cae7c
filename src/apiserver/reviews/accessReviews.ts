import { badRequest, invalid } from '../../apimachinery/errors.ts';
import { forbiddenField, invalidValue } from '../../apimachinery/fieldErrors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type {
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes,
  SubjectAccessReview,
} from '../../generated/types.ts';
import type { User } from '../authentication/user.ts';
import type { Attributes, Authorizer } from '../authorization/authorizer.ts';
import type { Review } from './review.ts';

const GROUP = 'authorization.k8s.io';

interface Question {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: NonResourceAttributes;
}

const reviewType = (kind: string, namespaced = false) => ({
  group: GROUP,
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
    answer: (question, user) => answered(authorizer, question, specOf(question), user),
  },
  {
    ...reviewType('SubjectAccessReview'),
    answer: (question) => answered(authorizer, question, specOf(question), subjectOf(question)),
  },
  {
    ...reviewType('LocalSubjectAccessReview', true),
    answer(question, _user, namespace) {
      const { resourceAttributes } = specOf(question);
      if (resourceAttributes?.namespace !== namespace) {
        throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
      }
      return answered(authorizer, question, specOf(question), subjectOf(question));
    },
  },
];

const specOf = (question: KubernetesObject): Question => (question as SubjectAccessReview).spec ?? {};

function subjectOf(question: KubernetesObject): User {
  const { user = '', groups = [], uid, extra } = (question as LocalSubjectAccessReview).spec ?? {};
  if (!user && groups.length === 0) {
    throw invalid({ group: GROUP, kind: question.kind ?? '' }, '', [
      invalidValue('spec.user', '', 'at least one of user or group must be specified'),
    ]);
  }
  return { name: user, groups, ...(uid && { uid }), ...(extra && { extra }) };
}

function answered(
  authorizer: Authorizer,
  question: KubernetesObject,
  spec: Question,
  user: User,
): KubernetesObject {
  const { isAllowed, reason } = authorizer.authorize(user, attributesOf(question, spec));
  const status = { allowed: isAllowed, ...(reason && { reason }) };
  return { ...question, status } as KubernetesObject;
}

function attributesOf(
  { kind = '' }: KubernetesObject,
  { resourceAttributes, nonResourceAttributes }: Question,
): Attributes {
  if (Boolean(resourceAttributes) === Boolean(nonResourceAttributes)) {
    throw invalid({ group: GROUP, kind }, '', [
      resourceAttributes
        ? forbiddenField(
            'spec.nonResourceAttributes',
            'cannot be specified in combination with resourceAttributes',
          )
        : invalidValue(
            'spec.resourceAttributes',
            null,
            'exactly one of nonResourceAttributes or resourceAttributes must be specified',
          ),
    ]);
  }
  if (nonResourceAttributes) {
    return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path };
  }
  const {
    verb = '',
    group = '',
    resource = '',
    subresource = '',
    namespace = '',
    name = '',
  } = resourceAttributes!;
  return { verb, resource: { group, plural: resource, subresource, namespace, name } };
}
