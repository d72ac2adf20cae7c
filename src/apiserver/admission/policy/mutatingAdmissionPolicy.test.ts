import { expect, test } from 'vitest';
import type {
  Job,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
} from '../../../generated/types.ts';
import {
  ConfigMaps,
  Jobs,
  MutatingAdmissionPolicies,
  MutatingAdmissionPolicyBindings,
} from '../../../resources/kinds.ts';
import { outcome, startAdmission } from '../testing.ts';
import { resources } from './testing/policies.ts';

const job = (spec: Partial<Job['spec']> = {}, metadata: Job['metadata'] = {}): Job => ({
  metadata: { name: 'a', namespace: 'default', ...metadata },
  spec: {
    template: {
      metadata: {},
      spec: { containers: [{ name: 'main', image: 'busybox' }], restartPolicy: 'Never' },
    },
    ...spec,
  },
});

type Spec = MutatingAdmissionPolicy['spec'];

const policy = (spec: Partial<Spec>, name = 'standards'): MutatingAdmissionPolicy => ({
  metadata: { name },
  spec: { matchConstraints: resources('batch/jobs'), reinvocationPolicy: 'Never', ...spec },
});

const binding = (
  spec: Partial<MutatingAdmissionPolicyBinding['spec']> = {},
  policyName = 'standards',
): MutatingAdmissionPolicyBinding => ({
  metadata: { name: `${policyName}-bound` },
  spec: { policyName, ...spec },
});

const apply = (expression: string) => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const patch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

async function cluster(spec: Partial<Spec>, bound: Partial<MutatingAdmissionPolicyBinding['spec']> = {}) {
  const { client } = await startAdmission();
  await client.create(MutatingAdmissionPolicies, policy(spec));
  await client.create(MutatingAdmissionPolicyBindings, binding(bound));
  return client;
}

interface Case {
  spec: Partial<Spec>;
  job?: Job;
  /** What is looked at in the job, and what it comes to. */
  look: (job: Job) => unknown;
  want: unknown;
}
const cases: Record<string, Case> = {
  'a configuration sets a field': {
    spec: { mutations: [apply('Object{spec: Object.spec{ttlSecondsAfterFinished: 60}}')] },
    look: ({ spec }) => spec?.ttlSecondsAfterFinished,
    want: 60,
  },
  'items of lists are merged by their keys': {
    spec: {
      mutations: [
        apply(`Object{
          spec: Object.spec{
            template: Object.spec.template{
              spec: Object.spec.template.spec{
                containers: object.spec.template.spec.containers.map(c,
                  Object.spec.template.spec.containers{ name: c.name, imagePullPolicy: "Never" }
                )
              }
            }
          }
        }`),
      ],
    },
    look: ({ spec }) =>
      spec!.template.spec!.containers.map(({ image, imagePullPolicy }) => [image, imagePullPolicy]),
    want: [['busybox', 'Never']],
  },
  'a map is merged by its keys': {
    spec: { mutations: [apply('Object{metadata: Object.metadata{labels: {"team": "a"}}}')] },
    job: job({}, { labels: { app: 'x' } }),
    look: ({ metadata }) => [metadata.labels?.app, metadata.labels?.team],
    want: ['x', 'a'],
  },
  'a field that is optional is set where there is a value': {
    spec: {
      mutations: [
        apply(
          'Object{spec: Object.spec{?parallelism: object.spec.?completions, ?activeDeadlineSeconds: object.spec.?ttlSecondsAfterFinished}}',
        ),
      ],
    },
    job: job({ completions: 3 }),
    look: ({ spec }) => [spec?.parallelism, spec?.activeDeadlineSeconds],
    want: [3, undefined],
  },
  'a patch is applied': {
    spec: {
      mutations: [
        patch(`[
          JSONPatch{op: "add", path: "/metadata/annotations", value: {}},
          JSONPatch{op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("example.com/by"), value: request.userInfo.username}
        ]`),
      ],
    },
    look: ({ metadata }) => metadata.annotations,
    want: { 'example.com/by': 'admin' },
  },
  'a patch may add an object that is written out': {
    spec: {
      mutations: [
        patch(`[JSONPatch{
          op: "add", path: "/spec/template/spec/containers/-",
          value: Object.spec.template.spec.containers{name: "side", image: "proxy:1"}
        }]`),
      ],
    },
    look: ({ spec }) =>
      spec!.template.spec!.containers.map(({ name, imagePullPolicy }) => [name, imagePullPolicy]),
    want: [
      ['main', 'Always'],
      ['side', 'IfNotPresent'],
    ],
  },
  'a patch whose test fails changes nothing': {
    spec: {
      mutations: [
        patch(
          `[JSONPatch{op: "test", path: "/spec/parallelism", value: 9}, JSONPatch{op: "replace", path: "/spec/parallelism", value: 1}]`,
        ),
      ],
    },
    job: job({ parallelism: 4 }),
    look: ({ spec }) => spec?.parallelism,
    want: 4,
  },
  'the second change sees the first': {
    spec: {
      mutations: [
        apply('Object{spec: Object.spec{parallelism: 2}}'),
        apply('Object{spec: Object.spec{completions: object.spec.parallelism * 2}}'),
      ],
    },
    look: ({ spec }) => [spec?.parallelism, spec?.completions],
    want: [2, 4],
  },
  'a condition that does not hold changes nothing': {
    spec: {
      matchConditions: [{ name: 'unset', expression: '!has(object.spec.ttlSecondsAfterFinished)' }],
      mutations: [apply('Object{spec: Object.spec{ttlSecondsAfterFinished: 60}}')],
    },
    job: job({ ttlSecondsAfterFinished: 5 }),
    look: ({ spec }) => spec?.ttlSecondsAfterFinished,
    want: 5,
  },
  'variables may be used': {
    spec: {
      variables: [{ name: 'ttl', expression: 'object.spec.parallelism * 10' }],
      mutations: [apply('Object{spec: Object.spec{ttlSecondsAfterFinished: variables.ttl}}')],
    },
    job: job({ parallelism: 3 }),
    look: ({ spec }) => spec?.ttlSecondsAfterFinished,
    want: 30,
  },
  'an error is ignored where that is the policy': {
    spec: {
      failurePolicy: 'Ignore',
      mutations: [
        apply('Object{spec: Object.spec{parallelism: object.spec.nothing}}'),
        apply('Object{spec: Object.spec{completions: 2}}'),
      ],
    },
    look: ({ spec }) => spec?.completions,
    want: 2,
  },
};
for (const [name, { spec, job: given = job(), look, want }] of Object.entries(cases)) {
  test(name, async () => {
    const client = await cluster(spec);
    expect(look(await client.create(Jobs, given))).toEqual(want);
  });
}

const PREFIX = "403 Invalid: policy 'standards' with binding 'standards-bound' denied request: ";
const failures: Record<
  string,
  { mutation: ReturnType<typeof apply> | ReturnType<typeof patch>; want: string }
> = {
  'an expression that fails': {
    mutation: apply('Object{spec: Object.spec{parallelism: object.spec.nothing}}'),
    want: "expression 'Object{spec: Object.spec{parallelism: object.spec.nothing}}' resulted in error: no such key: nothing",
  },
  'what can be changed only as a whole': {
    mutation: apply(
      'Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{tolerations: [Object.spec.template.spec.tolerations{key: "a"}]}}}}',
    ),
    want: 'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.template.spec.tolerations',
  },
  'a part of the wrong type': {
    mutation: apply('Object{spec: Object.status{active: 1}}'),
    want: 'type mismatch: unexpected type name "Object.status", expected "Object.spec", which matches field name path from root Object type',
  },
  'a patch of what is not there': {
    mutation: patch('[JSONPatch{op: "replace", path: "/spec/nothing/here", value: 1}]'),
    want: 'JSON Patch: replace operation does not apply: doc is missing path: /spec/nothing/here: missing value',
  },
};
for (const [name, { mutation, want }] of Object.entries(failures)) {
  test(`refused: ${name}`, async () => {
    const client = await cluster({ mutations: [mutation] });
    expect(await outcome(client.create(Jobs, job()))).toBe(PREFIX + want);
  });
}

test('parameters say what is set', async () => {
  const client = await cluster(
    {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      mutations: [apply('Object{spec: Object.spec{ttlSecondsAfterFinished: int(params.data.ttl)}}')],
    },
    { paramRef: { name: 'ttl', parameterNotFoundAction: 'Deny' } },
  );
  await client.create(ConfigMaps, { metadata: { name: 'ttl', namespace: 'default' }, data: { ttl: '7' } });
  expect((await client.create(Jobs, job())).spec?.ttlSecondsAfterFinished).toBe(7);
});

test('a policy that may look again sees what others have changed since', async () => {
  const { client } = await startAdmission();
  const twice = { mutations: [apply('Object{spec: Object.spec{completions: object.spec.parallelism}}')] };
  await client.create(MutatingAdmissionPolicies, policy({ ...twice, reinvocationPolicy: 'IfNeeded' }, 'a'));
  const wider = { mutations: [apply('Object{spec: Object.spec{parallelism: 3}}')] };
  await client.create(MutatingAdmissionPolicies, policy(wider, 'b'));
  await client.create(MutatingAdmissionPolicyBindings, binding({}, 'a'));
  await client.create(MutatingAdmissionPolicyBindings, binding({}, 'b'));
  const { spec } = await client.create(Jobs, job());
  expect([spec?.parallelism, spec?.completions]).toEqual([3, 3]);
});

test.each([
  [
    'an object is wanted',
    apply('[1]'),
    'spec.mutations[0].applyConfiguration.expression: Invalid value: "[1]": must evaluate to Object but got list(int)',
  ],
  [
    'a patch is wanted',
    patch('1'),
    'spec.mutations[0].jsonPatch.expression: Invalid value: "1": must evaluate to list(JSONPatch) but got int',
  ],
  [
    'the place of an error is told in what was written',
    apply('Object{spec: Object.spec{parallelism: nothing}}'),
    `compilation failed: ERROR: <input>:1:39: undeclared reference to 'nothing' (in container '')\n | Object{spec: Object.spec{parallelism: nothing}}\n | ......................................^`,
  ],
])('%s', async (_, mutation, want) => {
  const { client } = await startAdmission();
  const answer = await outcome(client.create(MutatingAdmissionPolicies, policy({ mutations: [mutation] })));
  expect(answer).toContain(want);
});
