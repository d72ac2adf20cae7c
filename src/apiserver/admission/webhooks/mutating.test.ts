import { expect, test } from 'vitest';
import type { Webhook } from '../../../resources/admissionregistration/webhookValidation.ts';
import {
  Deployments,
  MutatingWebhookConfigurations,
  Pods,
  ResourceQuotas,
  Services,
} from '../../../resources/kinds.ts';
import { pod } from '../../testing/registry.ts';
import { outcome } from '../testing.ts';
import {
  ALLOWED,
  configuration,
  labelling,
  patchOf,
  type ReviewRequest,
  reviewing,
  startWithAccount,
  webhook,
} from './testing/webhooks.ts';

type Respond = Parameters<typeof reviewing>[0];

/** A server whose pods are changed by a webhook. */
async function mutatedBy(respond: Respond, rest: Partial<Webhook> = {}) {
  const server = await reviewing(respond);
  const started = await startWithAccount();
  const { client } = started;
  await client.create(MutatingWebhookConfigurations, configuration('a', webhook(server.config(), rest)));
  return { ...started, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const web = { name: 'web', namespace: 'default' };

test('a webhook changes what is stored, and has not seen what the server adds later', async () => {
  await using started = await mutatedBy((request) => labelling(request, 'injected'));
  const { client, server } = started;
  const { metadata } = await client.create(Pods, pod('web'));
  expect(metadata).toMatchObject({ labels: { injected: 'yes' }, generation: 1 });
  const { object } = (server.received[0]?.body.request ?? {}) as ReviewRequest;
  expect(object.spec).toMatchObject({ serviceAccountName: 'default', restartPolicy: 'Always' });
  expect(object.metadata).not.toHaveProperty('uid');
});

test('what a webhook adds gets its defaults, and loses what nobody knows', async () => {
  const sidecar = { name: 'sidecar', image: 'proxy', colour: 'red' };
  await using started = await mutatedBy(() =>
    patchOf({ op: 'add', path: '/spec/containers/-', value: sidecar }),
  );
  const { spec } = await started.client.create(Pods, pod('web'));
  expect(spec.containers[1]).toEqual({
    name: 'sidecar',
    image: 'proxy',
    imagePullPolicy: 'Always',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    volumeMounts: [expect.objectContaining({ mountPath: expect.stringContaining('serviceaccount') })],
  });
});

test('what a webhook makes of an object must be right', async () => {
  await using started = await mutatedBy(() =>
    patchOf({ op: 'replace', path: '/spec/containers/0/name', value: 'Not a name' }),
  );
  expect(await outcome(started.client.create(Pods, pod('web')))).toContain(
    '422 Invalid: Pod "web" is invalid: spec.containers[0].name: Invalid value: "Not a name"',
  );
});

test('a patch that does not apply is the fault of the server', async () => {
  await using started = await mutatedBy(() => patchOf({ op: 'remove', path: '/spec/nothing' }));
  expect(await outcome(started.client.create(Pods, pod('web')))).toMatch(
    /^500 InternalError: Internal error/,
  );
});

test('a deletion is nothing that could be changed', async () => {
  await using started = await mutatedBy(({ operation }) =>
    operation === 'DELETE' ? patchOf({ op: 'add', path: '/metadata/labels', value: {} }) : ALLOWED,
  );
  const { client } = started;
  await client.create(Pods, pod('web'));
  expect(await outcome(client.delete(Pods, web))).toBe(
    '500 InternalError: Internal error occurred: admission webhook "a.example.com" attempted to modify the object, which is not supported for this operation',
  );
});

test('webhooks are asked in the order of their configurations, and see what the last one left', async () => {
  await using started = await mutatedBy((request) => labelling(request, 'first'));
  const { client, server } = started;
  const seen: unknown[] = [];
  await using second = await reviewing(({ object }) => {
    seen.push(object.metadata.labels);
    return ALLOWED;
  });
  // It wants to see only what the first one makes.
  const labelled = { objectSelector: { matchLabels: { first: 'yes' } } };
  await client.create(MutatingWebhookConfigurations, configuration('b', webhook(second.config(), labelled)));
  await client.create(Pods, pod('web'));
  expect(seen).toEqual([{ first: 'yes' }]);
  expect(server.received).toHaveLength(1);
});

const reinvocations: Record<string, { policy: string; want: string[] }> = {
  'a webhook that wants to be asked again after a change is, once': {
    policy: 'IfNeeded',
    want: ['/first', '/second', '/first'],
  },
  'one that does not is not': { policy: 'Never', want: ['/first', '/second'] },
};
for (const [name, { policy, want }] of Object.entries(reinvocations)) {
  test(name, async () => {
    const asked: string[] = [];
    await using server = await reviewing((request, path) => {
      asked.push(path);
      return path === '/second' ? labelling(request, 'second') : ALLOWED;
    });
    const { client } = await startWithAccount();
    const hooks = ['first', 'second'].map((each) =>
      webhook(server.config(`/${each}`), { name: `${each}.example.com`, reinvocationPolicy: policy }),
    );
    await client.create(MutatingWebhookConfigurations, configuration('a', ...hooks));
    await client.create(Pods, pod('web'));
    expect(asked).toEqual(want);
  });
}

test('the status of an object is not changed through its main endpoint, nor the rest through the status', async () => {
  await using started = await mutatedBy(
    ({ operation, subResource }) =>
      operation === 'UPDATE'
        ? patchOf(
            { op: 'add', path: '/status/message', value: subResource ? 'right' : 'wrong' },
            { op: 'add', path: '/metadata/labels', value: { by: subResource ?? 'main' } },
            { op: 'add', path: '/spec/activeDeadlineSeconds', value: subResource ? 1 : 2 },
          )
        : ALLOWED,
    {
      rules: [
        { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods', 'pods/status'] },
      ],
    },
  );
  const { client } = started;
  const made = await client.create(Pods, pod('web'));
  const updated = await client.update(Pods, made);
  expect(updated).toMatchObject({ metadata: { labels: { by: 'main' } }, spec: { activeDeadlineSeconds: 2 } });
  expect(updated.status?.message).toBeUndefined();
  const told = await client.update(Pods, updated, { subresource: 'status' });
  expect(told).toMatchObject({ status: { message: 'right' }, spec: { activeDeadlineSeconds: 2 } });
});

test('a scale is shown and changed as such', async () => {
  const rules = [
    { operations: ['UPDATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['*/scale'] },
  ];
  await using started = await mutatedBy(() => patchOf({ op: 'replace', path: '/spec/replicas', value: 3 }), {
    rules,
  });
  const { client, server } = started;
  const labels = { app: 'web' };
  const spec = {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: pod('web').spec },
  };
  const made = await client.create(Deployments, { metadata: web, spec });
  const scale = { ...made, spec: { ...made.spec, replicas: 5 } };
  await client.update(Deployments, scale, { subresource: 'scale' });
  expect(server.received[0]?.body.request).toMatchObject({
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    subResource: 'scale',
    object: { kind: 'Scale', spec: { replicas: 5 } },
    oldObject: { kind: 'Scale', spec: { replicas: 1 } },
  });
  expect((await client.get(Deployments, web)).spec.replicas).toBe(3);
});

test('a service gets what the type needs that a webhook gave it', async () => {
  const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['services'] }];
  const toNodePort = { op: 'replace', path: '/spec/type', value: 'NodePort' };
  await using started = await mutatedBy(() => patchOf(toNodePort), { rules });
  const { client, server } = started;
  const { spec } = await client.create(Services, { metadata: web, spec: { ports: [{ port: 80 }] } });
  expect(spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_000);
  expect(server.received[0]?.body.request.object.spec).not.toHaveProperty('clusterIP');
});

test('a binding is one request, and its pod none', async () => {
  const rules = [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/binding'] }];
  await using started = await mutatedBy(() => ALLOWED, { rules });
  const { client, server } = started;
  await client.create(Pods, pod('web'));
  const target = { kind: 'Node', name: 'n1' };
  await client.createSubresource(Pods, web, 'binding', { metadata: { name: 'web' }, target } as never);
  expect(server.received.map(({ body }) => body.request)).toMatchObject([
    { operation: 'CREATE', subResource: 'binding', kind: { kind: 'Binding' }, object: { target } },
  ]);
  expect((await client.get(Pods, web)).spec.nodeName).toBe('n1');
});

test('a conflict while a webhook thinks makes it think again', async () => {
  await using started = await mutatedBy((request) => labelling(request, 'seen'));
  const { client, server } = started;
  await client.create(Pods, pod('web'));
  const annotate = (annotations: Record<string, string>) =>
    client.patch(Pods, web, { type: 'merge', body: { metadata: { annotations } } });
  await Promise.all([annotate({ by: 'me' }), annotate({ also: 'me' })]);
  expect((await client.get(Pods, web)).metadata.annotations).toEqual({ by: 'me', also: 'me' });
  expect(server.received.filter(({ body }) => body.request.operation === 'UPDATE')).toHaveLength(3);
});

test('who waits for a webhook takes nothing of a quota from others, and what it refuses uses nothing up', async () => {
  await using started = await mutatedBy(({ name }) => ({ allowed: name !== 'refused' }));
  const { client } = started;
  await client.create(ResourceQuotas, {
    metadata: { name: 'one', namespace: 'default' },
    spec: { hard: { pods: '1' } },
  });
  const outcomes = await Promise.all(
    ['refused', 'web'].map((name) => outcome(client.create(Pods, pod(name)))),
  );
  expect(outcomes).toEqual([expect.stringContaining('denied the request'), 'done']);
  expect(await outcome(client.create(Pods, pod('third')))).toContain('exceeded quota');
});
