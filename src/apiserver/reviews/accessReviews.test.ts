import { beforeAll, expect, test } from 'vitest';
import { StatusError } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { ObjectMeta, SubjectAccessReviewSpec } from '../../generated/types.ts';
import { ClusterRoleBindings, ClusterRoles } from '../../resources/kinds.ts';
import { type ClusterAuthorizer, createAuthorizer } from '../authorization/authorizerChain.ts';
import { startRegistry } from '../testing/registry.ts';
import { accessReviews } from './accessReviews.ts';
import { rulesReview } from './rulesReview.ts';

const API = 'rbac.authorization.k8s.io';
const anna = { name: 'anna', groups: [] };
const readPods = { verb: 'get', resource: 'pods', namespace: 'default' };

let authorizer: ClusterAuthorizer;

beforeAll(async () => {
  const { client, registry } = await startRegistry();
  authorizer = createAuthorizer(registry);
  await client.create(ClusterRoles, {
    metadata: { name: 'reader' },
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ],
  });
  await client.create(ClusterRoleBindings, {
    metadata: { name: 'readers' },
    roleRef: { apiGroup: API, kind: 'ClusterRole', name: 'reader' },
    subjects: [{ apiGroup: API, kind: 'User', name: 'anna' }],
  });
});

const question = (spec: object, metadata: ObjectMeta = {}) => ({ metadata, spec }) as KubernetesObject;

function statusOf(kind: string, spec: SubjectAccessReviewSpec, metadata: ObjectMeta = {}): unknown {
  const review = accessReviews(authorizer).find((each) => each.kind === kind)!;
  try {
    const answer = review.answer(question(spec, metadata), anna, 'default');
    return (answer as KubernetesObject & { status: unknown }).status;
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.message}`;
    throw error;
  }
}

const SELF = 'SelfSubjectAccessReview';
const ANY = 'SubjectAccessReview';
const LOCAL = 'LocalSubjectAccessReview';
const reason = 'RBAC: allowed by ClusterRoleBinding "readers" of ClusterRole "reader" to User "anna"';
const yes = { allowed: true, reason };
const no = { allowed: false };
const invalid = (kind: string, why: string) => `422 ${kind}.authorization.k8s.io "" is invalid: ${why}`;

interface Case {
  kind: string;
  spec: SubjectAccessReviewSpec;
  metadata?: ObjectMeta;
  want: unknown;
}

const cases: Record<string, Case> = {
  'one may ask about oneself': { kind: SELF, spec: { resourceAttributes: readPods }, want: yes },
  'and about paths': {
    kind: SELF,
    spec: { nonResourceAttributes: { verb: 'get', path: '/metrics' } },
    want: yes,
  },
  'what is not allowed is told without a reason': {
    kind: SELF,
    spec: { resourceAttributes: { ...readPods, verb: 'delete' } },
    want: no,
  },
  'one may ask about others': {
    kind: ANY,
    spec: { user: 'bob', resourceAttributes: readPods },
    want: no,
  },
  'and about groups': {
    kind: ANY,
    spec: { groups: ['system:masters'], resourceAttributes: readPods },
    want: { allowed: true },
  },
  'one may ask within a namespace': {
    kind: LOCAL,
    spec: { user: 'anna', resourceAttributes: readPods },
    want: yes,
  },
  'a question must ask something': {
    kind: SELF,
    spec: {},
    want: invalid(
      SELF,
      'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ),
  },
  'a question asks one thing': {
    kind: SELF,
    spec: { resourceAttributes: readPods, nonResourceAttributes: { path: '/' } },
    want: invalid(
      SELF,
      'spec.nonResourceAttributes: Invalid value: {"path":"/"}: cannot be specified in combination with resourceAttributes',
    ),
  },
  'a question about others names them': {
    kind: ANY,
    spec: { resourceAttributes: readPods },
    want: invalid(ANY, 'spec.user: Invalid value: "": at least one of user or group must be specified'),
  },
  'a question has no name': {
    kind: SELF,
    spec: { resourceAttributes: readPods },
    metadata: { name: 'a' },
    want: invalid(SELF, 'metadata: Invalid value: {"name":"a"}: must be empty'),
  },
  'a question within a namespace does not leave it': {
    kind: LOCAL,
    spec: { user: 'anna', resourceAttributes: { ...readPods, namespace: 'other' } },
    want: invalid(
      LOCAL,
      'spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace',
    ),
  },
};
for (const [name, { kind, spec, metadata, want }] of Object.entries(cases)) {
  test(name, () => expect(statusOf(kind, spec, metadata)).toEqual(want));
}

test('one may ask for all rules that apply', () => {
  const answer = rulesReview(authorizer).answer(question({ namespace: 'default' }), anna, '');
  expect(answer).toMatchObject({
    status: {
      resourceRules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      nonResourceRules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
      incomplete: false,
    },
  });
});

test('but only for those of one namespace', () => {
  expect(() => rulesReview(authorizer).answer(question({}), anna, '')).toThrow('no namespace on request');
});
