import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type {
  ConfigMap,
  DaemonSet,
  Job,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../../../generated/types.ts';
import {
  ConfigMaps,
  DaemonSets,
  Jobs,
  Namespaces,
  ValidatingAdmissionPolicies,
  ValidatingAdmissionPolicyBindings,
} from '../../../resources/kinds.ts';
import { namespace } from '../../testing/registry.ts';
import { outcome, startAdmission } from '../testing.ts';
import { binding, policy, resources } from './testing/policies.ts';

const podTemplate = (image = 'busybox:1') => ({
  metadata: {},
  spec: { containers: [{ name: 'main', image }], restartPolicy: 'Never' },
});

const job = (spec: Partial<Job['spec']> = {}, metadata: Job['metadata'] = {}): Job => ({
  metadata: { name: 'a', namespace: 'default', ...metadata },
  spec: { template: podTemplate(), ...spec },
});

const daemonSet = (image: string): DaemonSet => ({
  metadata: { name: 'd', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'd' } },
    template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'main', image }] } },
  },
});

const settings = (
  name: string,
  data: Record<string, string>,
  labels: Record<string, string> = {},
): ConfigMap => ({
  metadata: { name, namespace: 'default', labels },
  data,
});

async function cluster(
  spec: Partial<ValidatingAdmissionPolicy['spec']>,
  bound: Partial<ValidatingAdmissionPolicyBinding['spec']> = {},
) {
  const { client } = await startAdmission();
  await client.create(ValidatingAdmissionPolicies, policy(spec));
  await client.create(ValidatingAdmissionPolicyBindings, binding(bound));
  return client;
}

const PREFIX = `422 Invalid: jobs.batch "a" is forbidden: ValidatingAdmissionPolicy 'limits' with binding 'everywhere' denied request: `;
const atMost5 = { expression: 'object.spec.parallelism <= 5' };

interface Case {
  policy: Partial<ValidatingAdmissionPolicy['spec']>;
  binding?: Partial<ValidatingAdmissionPolicyBinding['spec']>;
  job?: Job;
  want: string;
}
const cases: Record<string, Case> = {
  'what a rule allows is done': {
    policy: { validations: [atMost5] },
    job: job({ parallelism: 5 }),
    want: 'done',
  },
  'what it does not is refused, by the expression': {
    policy: { validations: [atMost5] },
    job: job({ parallelism: 6 }),
    want: `${PREFIX}failed expression: object.spec.parallelism <= 5`,
  },
  'a message takes its place': {
    policy: { validations: [{ ...atMost5, message: ' too wide ' }] },
    job: job({ parallelism: 6 }),
    want: `${PREFIX}too wide`,
  },
  'a message may be worked out': {
    policy: {
      validations: [
        {
          ...atMost5,
          message: 'unused',
          messageExpression: "'not ' + string(object.spec.parallelism) + ' at once'",
        },
      ],
    },
    job: job({ parallelism: 6 }),
    want: `${PREFIX}not 6 at once`,
  },
  'where it cannot, the plain one is told': {
    policy: {
      validations: [{ ...atMost5, message: 'plain', messageExpression: 'string(object.spec.nothing)' }],
    },
    job: job({ parallelism: 6 }),
    want: `${PREFIX}plain`,
  },
  'a reason has its code': {
    policy: { validations: [{ ...atMost5, reason: 'Forbidden' }] },
    job: job({ parallelism: 6 }),
    want: `${PREFIX.replace('422 Invalid', '403 Forbidden')}failed expression: object.spec.parallelism <= 5`,
  },
  'defaults are seen': {
    policy: { validations: [{ expression: 'object.spec.backoffLimit == 6' }] },
    want: 'done',
  },
  'an expression that fails refuses': {
    policy: { validations: [{ expression: 'object.spec.ttlSecondsAfterFinished > 0' }] },
    want: `${PREFIX}expression 'object.spec.ttlSecondsAfterFinished > 0' resulted in error: no such key: ttlSecondsAfterFinished`,
  },
  'unless errors are ignored': {
    policy: {
      failurePolicy: 'Ignore',
      validations: [{ expression: 'object.spec.ttlSecondsAfterFinished > 0' }],
    },
    want: 'done',
  },
  'a field may be demanded': {
    policy: {
      validations: [{ expression: 'has(object.spec.ttlSecondsAfterFinished)', message: 'needs a TTL' }],
    },
    want: `${PREFIX}needs a TTL`,
  },
  'variables build on each other': {
    policy: {
      variables: [
        { name: 'images', expression: 'object.spec.template.spec.containers.map(c, c.image)' },
        { name: 'untagged', expression: "variables.images.filter(i, !i.contains(':'))" },
      ],
      validations: [
        {
          expression: 'variables.untagged.size() == 0',
          messageExpression: "'no tag: ' + variables.untagged.join(', ')",
        },
      ],
    },
    job: job({ template: podTemplate('busybox') }),
    want: `${PREFIX}no tag: busybox`,
  },
  'a variable that fails is told by its name': {
    policy: {
      variables: [{ name: 'ttl', expression: 'object.spec.ttlSecondsAfterFinished' }],
      validations: [{ expression: 'variables.ttl > 0' }],
    },
    want: `${PREFIX}expression 'variables.ttl > 0' resulted in error: composited variable "ttl" fails to evaluate: no such key: ttlSecondsAfterFinished`,
  },
  'a variable that is not asked for does not fail': {
    policy: {
      variables: [{ name: 'ttl', expression: 'object.spec.ttlSecondsAfterFinished' }],
      validations: [{ expression: '!has(object.spec.ttlSecondsAfterFinished) || variables.ttl > 0' }],
    },
    want: 'done',
  },
  'a match condition that is false lets all in': {
    policy: {
      matchConditions: [{ name: 'others', expression: "request.userInfo.username != 'admin'" }],
      validations: [{ expression: 'false' }],
    },
    want: 'done',
  },
  'one that fails refuses': {
    policy: {
      matchConditions: [{ name: 'labelled', expression: "object.metadata.labels.app == 'x'" }],
      validations: [{ expression: 'true' }],
    },
    want: `${PREFIX}expression 'object.metadata.labels.app == 'x'' resulted in error: no such key: app`,
  },
  'other kinds are not looked at': {
    policy: { matchConstraints: resources('cronjobs', 'pods'), validations: [{ expression: 'false' }] },
    want: 'done',
  },
  'what is excluded is not': {
    policy: {
      matchConstraints: {
        ...resources('batch/*'),
        excludeResourceRules: resources('batch/jobs').resourceRules!,
      },
      validations: [{ expression: 'false' }],
    },
    want: 'done',
  },
  'other namespaces are not': {
    policy: {
      matchConstraints: {
        ...resources('batch/jobs'),
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } },
      },
      validations: [{ expression: 'false' }],
    },
    want: 'done',
  },
  'a binding narrows the policy': {
    policy: { validations: [{ expression: 'false' }] },
    binding: { matchResources: { objectSelector: { matchLabels: { app: 'x' } } } },
    want: 'done',
  },
  'the namespace is seen': {
    policy: { validations: [{ expression: "namespaceObject.metadata.name == 'default'" }] },
    want: 'done',
  },
  'the authorizer can be asked': {
    policy: {
      validations: [{ expression: "authorizer.group('batch').resource('jobs').check('anything').allowed()" }],
    },
    want: 'done',
  },
  'a binding that only warns lets in': {
    policy: { validations: [{ expression: 'false' }] },
    binding: { validationActions: ['Warn'] },
    want: 'done',
  },
  'one for the audit too': {
    policy: { validations: [{ expression: 'false' }] },
    binding: { validationActions: ['Audit'] },
    want: 'done',
  },
  'what is to be noted must be said': {
    policy: {
      auditAnnotations: [{ key: 'ttl', valueExpression: 'string(object.spec.ttlSecondsAfterFinished)' }],
    },
    binding: { validationActions: ['Audit'] },
    want: `${PREFIX}expression 'string(object.spec.ttlSecondsAfterFinished)' resulted in error: no such key: ttlSecondsAfterFinished`,
  },
  'a kind of parameters that there is not refuses': {
    policy: {
      paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' },
      validations: [{ expression: 'true' }],
    },
    want: `422 Invalid: jobs.batch "a" is forbidden: ValidatingAdmissionPolicy 'limits' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'`,
  },
};
for (const [name, { policy, binding, job: given = job(), want }] of Object.entries(cases)) {
  test(name, async () => {
    const client = await cluster(policy, binding);
    expect(await outcome(client.create(Jobs, given))).toBe(want);
  });
}

const withParams = {
  paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
  validations: [
    {
      expression: 'object.spec.parallelism <= int(params.data.max)',
      messageExpression: "'at most ' + params.data.max + ' by ' + params.metadata.name",
    },
  ],
};

const byParams: Record<
  string,
  { paramRef: ValidatingAdmissionPolicyBinding['spec']['paramRef']; want: string }
> = {
  'parameters are found by name': {
    paramRef: { name: 'small', parameterNotFoundAction: 'Deny' },
    want: `${PREFIX}at most 2 by small`,
  },
  'in a namespace of their own': {
    paramRef: { name: 'small', namespace: 'default', parameterNotFoundAction: 'Deny' },
    want: `${PREFIX}at most 2 by small`,
  },
  'by labels: each is a limit': {
    paramRef: { selector: { matchLabels: { kind: 'limit' } }, parameterNotFoundAction: 'Deny' },
    want: `${PREFIX}at most 1 by smallest`,
  },
  'missing ones refuse': {
    paramRef: { name: 'missing', parameterNotFoundAction: 'Deny' },
    want: `${PREFIX}failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`,
  },
  'unless they may be missing': {
    paramRef: { name: 'missing', parameterNotFoundAction: 'Allow' },
    want: 'done',
  },
  'none named are null': {
    paramRef: undefined,
    want: `${PREFIX}expression 'object.spec.parallelism <= int(params.data.max)' resulted in error: no such key: data`,
  },
};
for (const [name, { paramRef, want }] of Object.entries(byParams)) {
  test(`parameters: ${name}`, async () => {
    const client = await cluster(withParams, paramRef && { paramRef });
    await client.create(ConfigMaps, settings('small', { max: '2' }, { kind: 'limit' }));
    await client.create(ConfigMaps, settings('smallest', { max: '1' }, { kind: 'limit' }));
    const given = job({ parallelism: 3 });
    const got = await outcome(client.create(Jobs, given));
    const first = name.startsWith('by labels') ? want.replace('1 by smallest', '2 by small') : want;
    expect(got).toBe(first);
  });
}

test('parameters that change are in force at once', async () => {
  const client = await cluster(withParams, { paramRef: { name: 'max', parameterNotFoundAction: 'Deny' } });
  const created = await client.create(ConfigMaps, settings('max', { max: '2' }));
  expect(await outcome(client.create(Jobs, job({ parallelism: 3 })))).toContain('at most 2 by max');
  await client.update(ConfigMaps, { ...created, data: { max: '3' } });
  expect(await outcome(client.create(Jobs, job({ parallelism: 3 })))).toBe('done');
});

test('an update is judged with what was there before', async () => {
  const client = await cluster({
    validations: [
      { expression: 'oldObject == null || object.spec.parallelism <= oldObject.spec.parallelism' },
    ],
  });
  const created = await client.create(Jobs, job({ parallelism: 3 }));
  const widened = { ...created, spec: { ...created.spec!, parallelism: 4 } };
  expect(await outcome(client.update(Jobs, widened))).toBe(
    `${PREFIX}failed expression: oldObject == null || object.spec.parallelism <= oldObject.spec.parallelism`,
  );
});

test('deletions may be forbidden', async () => {
  const [rule] = resources('batch/jobs').resourceRules!;
  const client = await cluster({
    matchConstraints: { resourceRules: [{ ...rule, operations: ['DELETE'] }] },
    validations: [{ expression: "oldObject.metadata.name != 'a'", message: 'stays' }],
  });
  await client.create(Jobs, job());
  expect(await outcome(client.delete(Jobs, { namespace: 'default', name: 'a' }))).toBe(`${PREFIX}stays`);
});

test('a policy is in force as long as there is a binding', async () => {
  const { client } = await startAdmission();
  const [made, bound] = [policy({ validations: [{ expression: 'false' }] }), binding()];
  await client.create(ValidatingAdmissionPolicyBindings, bound);
  expect(await outcome(client.create(Jobs, job({}, { name: 'b1' })))).toBe('done');
  await client.create(ValidatingAdmissionPolicies, made);
  expect(await outcome(client.create(Jobs, job({}, { name: 'b2' })))).toContain('denied request');
  await client.delete(ValidatingAdmissionPolicyBindings, { name: 'everywhere' });
  expect(await outcome(client.create(Jobs, job({}, { name: 'b2' })))).toBe('done');
});

test('images without a version are forbidden in daemons', async () => {
  const client = await cluster({
    matchConstraints: resources('apps/daemonsets'),
    validations: [
      {
        expression:
          "object.spec.template.spec.containers.all(c, c.image.contains(':') && !c.image.endsWith(':latest'))",
        message: 'images must have a version',
      },
    ],
  });
  expect(await outcome(client.create(DaemonSets, daemonSet('nginx:latest')))).toBe(
    `422 Invalid: daemonsets.apps "d" is forbidden: ValidatingAdmissionPolicy 'limits' with binding 'everywhere' denied request: images must have a version`,
  );
  expect(await outcome(client.create(DaemonSets, daemonSet('nginx:1.27')))).toBe('done');
});

test('namespaces themselves are judged', async () => {
  const client = await cluster({
    matchConstraints: resources('namespaces'),
    validations: [{ expression: "object.metadata.name.startsWith('team-') && namespaceObject == null" }],
  });
  expect(await outcome(client.create(Namespaces, namespace('team-a')))).toBe('done');
  expect(await outcome(client.create(Namespaces, namespace('mine')))).toContain('denied request');
});

test('policies do not judge policies', async () => {
  const client = await cluster({
    matchConstraints: {
      resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
    },
    validations: [{ expression: 'false' }],
  });
  const other = policy({ validations: [{ expression: 'true' }] }, 'other');
  expect(await outcome(client.create(ValidatingAdmissionPolicies, other))).toBe('done');
  expect(await outcome(client.delete(ValidatingAdmissionPolicyBindings, { name: 'everywhere' }))).toBe(
    'done',
  );
  const free: KubernetesObject = settings('free', {});
  expect(await outcome(client.create(ConfigMaps, free))).toBe('done');
});
