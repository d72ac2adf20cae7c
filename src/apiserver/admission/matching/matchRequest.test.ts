import { expect, test } from 'vitest';
import type { RuleWithOperations } from '../../../generated/types.ts';
import { cronJobs } from '../../../resources/cronjob/cronJob.ts';
import { deployments } from '../../../resources/deployment.ts';
import { events } from '../../../resources/event.ts';
import { namespaces } from '../../../resources/namespace.ts';
import { nodes } from '../../../resources/node.ts';
import { pods } from '../../../resources/pod/pod.ts';
import type { Resource } from '../../../resources/resource.ts';
import type { AdmissionRequest } from '../admission.ts';
import { type MatchCriteria, matchRequest } from './matchRequest.ts';

const labelled = (labels: Record<string, string>, name = 'web') => ({ metadata: { name, labels } });

const request = (resource: Resource, rest: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  operation: 'CREATE',
  resource,
  namespace: resource.namespaced ? 'default' : undefined,
  name: 'web',
  object: labelled({ app: 'web' }),
  user: { name: 'alice', groups: [] },
  ...rest,
});

const rule = (apiVersion: string, resource: string, rest: RuleWithOperations = {}): RuleWithOperations => {
  const [apiGroup = '', version = ''] = apiVersion.split('/');
  return { operations: ['*'], apiGroups: [apiGroup], apiVersions: [version], resources: [resource], ...rest };
};

const beta = { group: 'batch', version: 'v1beta1' };
const selecting = (matchLabels: Record<string, string>) => ({ matchLabels });
const everyPod = { rules: [rule('/v1', 'pods')] };

const cases: Record<string, { wants: MatchCriteria; of: AdmissionRequest; in: string | undefined }> = {
  'a rule takes what it names': { wants: everyPod, of: request(pods), in: '/v1 Pod' },
  'no rules take nothing': { wants: {}, of: request(pods), in: undefined },
  'stars take all': {
    wants: { rules: [rule('*/*', '*')] },
    of: request(deployments),
    in: 'apps/v1 Deployment',
  },
  'a star is no subresource': {
    wants: { rules: [rule('*/*', '*')] },
    of: request(pods, { subresource: 'status' }),
    in: undefined,
  },
  'a star with a star is everything': {
    wants: { rules: [rule('*/*', '*/*')] },
    of: request(pods, { subresource: 'status' }),
    in: '/v1 Pod',
  },
  'a subresource is shown as the kind that is sent to it': {
    wants: { rules: [rule('apps/v1', '*/scale')] },
    of: request(deployments, { subresource: 'scale' }),
    in: 'autoscaling/v1 Scale',
  },
  'another group is not taken': {
    wants: { rules: [rule('apps/v1', 'pods')] },
    of: request(pods),
    in: undefined,
  },
  'another operation is not taken': {
    wants: { rules: [rule('/v1', 'pods', { operations: ['UPDATE', 'DELETE'] })] },
    of: request(pods),
    in: undefined,
  },
  'a rule of a policy may name objects': {
    wants: { rules: [{ ...rule('/v1', 'pods'), resourceNames: ['other'] }] },
    of: request(pods),
    in: undefined,
  },
  'nodes are not namespaced': {
    wants: { rules: [rule('*/*', '*', { scope: 'Namespaced' })] },
    of: request(nodes),
    in: undefined,
  },
  'a namespace belongs to the cluster': {
    wants: { rules: [rule('*/*', '*', { scope: 'Cluster' })] },
    of: request(namespaces),
    in: '/v1 Namespace',
  },
  'the version of the client goes first': {
    wants: {
      rules: [rule('batch/v1', 'cronjobs'), rule('batch/v1beta1', 'cronjobs')],
      matchPolicy: 'Equivalent',
    },
    of: request(cronJobs, { asked: beta }),
    in: 'batch/v1beta1 CronJob',
  },
  'an equivalent version is taken under Equivalent': {
    wants: { rules: [rule('batch/v1', 'cronjobs')], matchPolicy: 'Equivalent' },
    of: request(cronJobs, { asked: beta }),
    in: 'batch/v1 CronJob',
  },
  'it is not under Exact': {
    wants: { rules: [rule('batch/v1', 'cronjobs')], matchPolicy: 'Exact' },
    of: request(cronJobs, { asked: beta }),
    in: undefined,
  },
  'an equivalent may lie in another group': {
    wants: { rules: [rule('events.k8s.io/v1', 'events')], matchPolicy: 'Equivalent' },
    of: request(events),
    in: 'events.k8s.io/v1 Event',
  },
  'the new labels may be selected': {
    wants: { ...everyPod, objectSelector: selecting({ app: 'web' }) },
    of: request(pods, { stored: labelled({ app: 'old' }) }),
    in: '/v1 Pod',
  },
  'the old labels may be selected': {
    wants: { ...everyPod, objectSelector: selecting({ app: 'old' }) },
    of: request(pods, { stored: labelled({ app: 'old' }) }),
    in: '/v1 Pod',
  },
  'other labels are not': {
    wants: { ...everyPod, objectSelector: selecting({ app: 'other' }) },
    of: request(pods),
    in: undefined,
  },
  'a namespace is selected by its labels': {
    wants: { ...everyPod, namespaceSelector: selecting({ team: 'a' }) },
    of: request(pods),
    in: '/v1 Pod',
  },
  'another namespace is not': {
    wants: { ...everyPod, namespaceSelector: selecting({ team: 'b' }) },
    of: request(pods),
    in: undefined,
  },
  'what has no namespace is always selected': {
    wants: { rules: [rule('/v1', 'nodes')], namespaceSelector: selecting({ team: 'b' }) },
    of: request(nodes),
    in: '/v1 Node',
  },
  'a new namespace is selected by the labels it shall have': {
    wants: { rules: [rule('/v1', 'namespaces')], namespaceSelector: selecting({ app: 'web' }) },
    of: request(namespaces),
    in: '/v1 Namespace',
  },
  'one that goes is selected by those that it has': {
    wants: { rules: [rule('/v1', 'namespaces')], namespaceSelector: selecting({ team: 'a' }) },
    of: request(namespaces, { operation: 'DELETE', name: 'default', object: undefined }),
    in: '/v1 Namespace',
  },
  'a namespace that is missing matters to nobody who does not want the request': {
    wants: { rules: [rule('apps/v1', '*')], namespaceSelector: selecting({ team: 'a' }) },
    of: request(pods, { namespace: 'gone' }),
    in: undefined,
  },
};

const find = (name: string) => (name === 'default' ? labelled({ team: 'a' }, name) : undefined);

for (const [name, { wants, of, in: want }] of Object.entries(cases)) {
  test(name, () => {
    const kind = matchRequest(wants, of, find)?.kind;
    expect(kind && `${kind.group}/${kind.version} ${kind.kind}`).toEqual(want);
  });
}

test('a namespace that is missing is an error where its labels are wanted', () => {
  const wants = { ...everyPod, namespaceSelector: selecting({ team: 'a' }) };
  expect(() => matchRequest(wants, request(pods, { namespace: 'gone' }), find)).toThrow(
    'namespaces "gone" not found',
  );
});
