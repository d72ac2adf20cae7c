import { badRequest } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { PolicyRule, SelfSubjectRulesReview } from '../../generated/types.ts';
import { MASTERS } from '../authentication/user.ts';
import type { ClusterAuthorizer } from '../authorization/authorizerChain.ts';
import type { Review } from './review.ts';

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** All that the asker may do in a namespace: `kubectl auth can-i --list`. */
export const rulesReview = (authorizer: ClusterAuthorizer): Review => ({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  singular: 'selfsubjectrulesreview',
  namespaced: false,
  definition: 'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  answer(question, user) {
    const { namespace } = (question as SelfSubjectRulesReview).spec ?? {};
    if (!namespace) throw badRequest('no namespace on request');
    const own = user.groups.includes(MASTERS) ? EVERYTHING : [];
    const granted = authorizer.rulesFor(user, namespace);
    const rules = [...own, ...granted.rules];
    const status = {
      resourceRules: rules.filter(({ resources }) => resources?.length),
      nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length),
      incomplete: granted.errors.length > 0,
      ...(granted.errors.length > 0 && { evaluationError: granted.errors.join(', ') }),
    };
    return { ...question, status } as KubernetesObject;
  },
});
