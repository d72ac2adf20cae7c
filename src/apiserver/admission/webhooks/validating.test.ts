import { expect, test } from 'vitest';
import { Pods, ValidatingWebhookConfigurations } from '../../../resources/kinds.ts';
import { pod } from '../../testing/registry.ts';
import { jsonOf } from '../../testing/server.ts';
import { WebhookServer } from '../../webhooks/testing/webhookServer.ts';
import { outcome } from '../testing.ts';
import { ALLOWED, configuration, reviewing, startWithAccount, webhook } from './testing/webhooks.ts';

const pods = '/api/v1/namespaces/default/pods';

test('a webhook sees a request as upstream shows it', async () => {
  await using server = await reviewing(() => ALLOWED);
  const { client, send } = await startWithAccount();
  await client.create(ValidatingWebhookConfigurations, configuration('a', webhook(server.config())));
  await send('POST', `${pods}?fieldManager=me&dryRun=All`, { body: pod('web') });
  const [{ path, body } = { path: '', body: undefined }] = server.received;
  expect(path).toBe('/hook?timeout=10s');
  expect(body).toMatchObject({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' });
  const { object, ...request } = body.request;
  expect(request).toEqual({
    uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    requestKind: { group: '', version: 'v1', kind: 'Pod' },
    requestResource: { group: '', version: 'v1', resource: 'pods' },
    name: 'web',
    namespace: 'default',
    operation: 'CREATE',
    userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
    oldObject: null,
    dryRun: true,
    options: {
      kind: 'CreateOptions',
      apiVersion: 'meta.k8s.io/v1',
      fieldManager: 'me',
      dryRun: ['All'],
    },
  });
  // Defaults and what the server adds are there by now.
  expect(object).toMatchObject({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { uid: expect.any(String) },
    spec: { restartPolicy: 'Always' },
  });
});

test('an update is shown with what was there before, a deletion with that alone', async () => {
  await using server = await reviewing(() => ALLOWED);
  const { client } = await startWithAccount();
  const stored = await client.create(Pods, pod('web'));
  const web = { name: 'web', namespace: 'default' };
  await client.create(ValidatingWebhookConfigurations, configuration('a', webhook(server.config())));
  await client.patch(Pods, web, { type: 'merge', body: { metadata: { labels: { a: 'b' } } } });
  await client.delete(Pods, web, { gracePeriodSeconds: 0 });
  const [update, deletion] = server.received.map(({ body }) => body.request);
  expect(update).toMatchObject({
    operation: 'UPDATE',
    object: { metadata: { labels: { a: 'b' } } },
    oldObject: { kind: 'Pod', metadata: { uid: stored.metadata.uid } },
    options: { kind: 'UpdateOptions' },
  });
  expect(update.oldObject.metadata.labels).toBeUndefined();
  expect(deletion).toMatchObject({
    operation: 'DELETE',
    object: null,
    oldObject: { metadata: { labels: { a: 'b' } } },
    options: { kind: 'DeleteOptions', gracePeriodSeconds: 0 },
  });
});

const FORBIDDEN = { code: 403, reason: 'Forbidden', message: 'not here' };

const answers: Record<string, { response: object; want: string }> = {
  'a refusal with a status is passed on': {
    response: { allowed: false, status: FORBIDDEN },
    want: '403 Forbidden: admission webhook "a.example.com" denied the request: not here',
  },
  'a refusal without a word is a bad request': {
    response: { allowed: false },
    want: '400 : admission webhook "a.example.com" denied the request without explanation',
  },
  'a refusal gives its reason where it has no message': {
    response: { allowed: false, status: { reason: 'Forbidden' } },
    want: '400 Forbidden: admission webhook "a.example.com" denied the request: Forbidden',
  },
  'a refusal does not pass as a success': {
    response: { allowed: false, status: { code: 200, message: 'no' } },
    want: '400 : admission webhook "a.example.com" denied the request: no',
  },
  'an answer to another question is none': {
    response: { allowed: true, uid: 'other' },
    want: expect.stringMatching(
      /^500 InternalError: Internal error occurred: failed calling webhook "a.example.com": received invalid webhook response: expected response.uid="[0-9a-f-]{36}", got "other"$/,
    ),
  },
  'a validating webhook changes nothing': {
    response: { allowed: true, patch: 'W10=', patchType: 'JSONPatch' },
    want: '500 InternalError: Internal error occurred: failed calling webhook "a.example.com": received invalid webhook response: validating webhook may not return response.patch',
  },
};
for (const [name, { response, want }] of Object.entries(answers)) {
  test(name, async () => {
    await using server = await reviewing(() => response);
    const { client } = await startWithAccount();
    await client.create(ValidatingWebhookConfigurations, configuration('a', webhook(server.config())));
    expect(await outcome(client.create(Pods, pod('web')))).toEqual(want);
    expect((await client.list(Pods)).items).toEqual([]);
  });
}

const failures: Record<string, { answer: Parameters<typeof WebhookServer.start>[0]; want: string }> = {
  'an error of the webhook': {
    answer: (_, response) => void response.writeHead(500).end('oh no\n'),
    want: 'an error on the server ("oh no") has prevented the request from succeeding',
  },
  'a path that leads nowhere': {
    answer: (_, response) => void response.writeHead(404).end('404 page not found'),
    want: 'the server could not find the requested resource',
  },
};
for (const [name, { answer, want }] of Object.entries(failures)) {
  test(`${name} is told, unless failures are to be ignored`, async () => {
    await using server = await WebhookServer.start(answer);
    const { client } = await startWithAccount();
    const failing = webhook(server.config());
    const made = await client.create(ValidatingWebhookConfigurations, configuration('a', failing));
    expect(await outcome(client.create(Pods, pod('web')))).toBe(
      `500 InternalError: Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: ${want}`,
    );
    const ignored = { ...made, webhooks: [{ ...failing, failurePolicy: 'Ignore' }] };
    await client.update(ValidatingWebhookConfigurations, ignored);
    expect(await outcome(client.create(Pods, pod('web')))).toBe('done');
  });
}

test('nothing that could be an answer is told as the network has it', async () => {
  const server = await reviewing(() => ALLOWED);
  const config = server.config();
  await server[Symbol.asyncDispose]();
  const { client } = await startWithAccount();
  await client.create(ValidatingWebhookConfigurations, configuration('a', webhook(config)));
  const host = new URL(config.url).host;
  expect(await outcome(client.create(Pods, pod('web')))).toBe(
    `500 InternalError: Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: Post "https://${host}/hook?timeout=10s": dial tcp ${host}: connect: connection refused`,
  );
});

test('a webhook must prove who it is', async () => {
  await using server = await reviewing(() => ALLOWED);
  const { client } = await startWithAccount();
  const { url } = server.config();
  await client.create(ValidatingWebhookConfigurations, configuration('a', webhook({ url })));
  expect(await outcome(client.create(Pods, pod('web')))).toContain(
    ': tls: failed to verify certificate: x509: certificate signed by unknown authority',
  );
  expect(server.received).toEqual([]);
});

test('who does not answer in time has not answered', async () => {
  const asked = Promise.withResolvers<void>();
  await using server = await WebhookServer.start(() => void asked.resolve());
  const { client, clock } = await startWithAccount();
  const slow = webhook(server.config(), { timeoutSeconds: 3 });
  await client.create(ValidatingWebhookConfigurations, configuration('a', slow));
  const creation = outcome(client.create(Pods, pod('web')));
  await asked.promise;
  await clock.advance(3000);
  expect(await creation).toContain('/hook?timeout=3s": context deadline exceeded');
});

test('all are asked at the same time, and the first in order that refuses is told', async () => {
  const asked: (() => void)[] = [];
  // Each answers when both have been asked.
  await using server = await WebhookServer.start(({ body, path }, response) => {
    const status = { message: path.slice(1, 2), code: 403 };
    const told = { ...body, response: { uid: body.request.uid, allowed: false, status } };
    asked.push(() => response.end(JSON.stringify(told)));
    if (asked.length === 2) for (const each of asked) each();
  });
  const { client } = await startWithAccount();
  const hook = (name: string) => webhook(server.config(`/${name}`), { name: `${name}.example.com` });
  await client.create(ValidatingWebhookConfigurations, configuration('z', hook('b')));
  await client.create(ValidatingWebhookConfigurations, configuration('y', hook('c')));
  expect(await outcome(client.create(Pods, pod('web')))).toBe(
    '403 : admission webhook "c.example.com" denied the request: c',
  );
});

test('warnings reach the client', async () => {
  await using server = await reviewing(() => ({ ...ALLOWED, warnings: ['mind the gap'] }));
  const { client, send } = await startWithAccount();
  await client.create(ValidatingWebhookConfigurations, configuration('a', webhook(server.config())));
  const { headers, status } = await send('POST', pods, { body: pod('web') });
  expect(status).toBe(201);
  expect(headers?.warning).toContain('mind the gap');
});

test('a webhook with side effects has no part in a dry run', async () => {
  await using server = await reviewing(() => ALLOWED);
  const { store, send } = await startWithAccount();
  // Made before such webhooks were refused.
  const risky = configuration('a', webhook(server.config(), { sideEffects: 'Some' }));
  await store.put('/admissionregistration.k8s.io/validatingwebhookconfigurations/a', risky, 0);
  const answer = await send('POST', `${pods}?dryRun=All`, { body: pod('web') });
  expect(jsonOf(answer)).toMatchObject({
    code: 400,
    message: 'admission webhook "a.example.com" does not support dry run',
  });
  expect(server.received).toEqual([]);
});

test("configurations themselves are nobody else's business", async () => {
  await using server = await reviewing(() => ({ allowed: false }));
  const { client } = await startWithAccount();
  const everything = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] };
  const closed = webhook(server.config(), { rules: [everything] });
  await client.create(ValidatingWebhookConfigurations, configuration('a', closed));
  expect(await outcome(client.create(Pods, pod('web')))).toContain('denied the request');
  await client.delete(ValidatingWebhookConfigurations, { name: 'a' });
  expect(await outcome(client.create(Pods, pod('web')))).toBe('done');
});

test('the older review is spoken with who asks for it', async () => {
  await using server = await reviewing(() => ALLOWED);
  const { client } = await startWithAccount();
  const old = webhook(server.config(), { admissionReviewVersions: ['v2', 'v1beta1', 'v1'] });
  await client.create(ValidatingWebhookConfigurations, configuration('a', old));
  await client.create(Pods, pod('web'));
  expect(server.received[0]?.body.apiVersion).toBe('admission.k8s.io/v1beta1');
});

const conditions: Record<string, { expression: string; failurePolicy?: string; want: string }> = {
  'a webhook is asked where its conditions hold': {
    expression: 'object.metadata.name == "web" && request.operation == "CREATE"',
    want: '403 : admission webhook "a.example.com" denied the request: no',
  },
  'it is not where one does not': { expression: 'object.metadata.name == "other"', want: 'done' },
  'a condition that cannot be carried out lets nothing pass': {
    expression: 'object.spec.nothing == 1',
    want: '403 Forbidden: pods "web" is forbidden: expression \'object.spec.nothing == 1\' resulted in error: no such key: nothing',
  },
  'unless failures are to be ignored': {
    expression: 'object.spec.nothing == 1',
    failurePolicy: 'Ignore',
    want: 'done',
  },
};
for (const [name, { expression, failurePolicy = 'Fail', want }] of Object.entries(conditions)) {
  test(name, async () => {
    await using server = await reviewing(() => ({ allowed: false, status: { code: 403, message: 'no' } }));
    const { client } = await startWithAccount();
    const matchConditions = [{ name: 'c', expression }];
    const choosy = webhook(server.config(), { matchConditions, failurePolicy });
    await client.create(ValidatingWebhookConfigurations, configuration('a', choosy));
    expect(await outcome(client.create(Pods, pod('web')))).toBe(want);
  });
}
