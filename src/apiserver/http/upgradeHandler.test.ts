import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  Pods,
  ServiceAccounts,
  ValidatingAdmissionPolicies,
  ValidatingAdmissionPolicyBindings,
  ValidatingWebhookConfigurations,
} from '../../resources/kinds.ts';
import { configuration, reviewing, webhook } from '../admission/webhooks/testing/webhooks.ts';
import type { LogOptions, PodAccess } from '../streams/podAccess.ts';
import { startListening } from '../testing/listening.ts';
import { pod } from '../testing/registry.ts';

const WATCH = '/api/v1/namespaces/default/configmaps?watch=true';

let started: Awaited<ReturnType<typeof startListening>>;

const LOG = '/api/v1/namespaces/default/pods/web/log';
const access: Pick<PodAccess, 'logs'> = {
  async *logs(_pod, _container, { follow }: LogOptions, signal) {
    yield Buffer.from('hello\n');
    if (follow) await once(signal, 'abort').then(() => logEnded.resolve());
  },
};
const logEnded = Promise.withResolvers<void>();

beforeAll(async () => {
  started = await startListening({ podAccessFor: () => access as PodAccess });
  await started.client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  await started.client.create(Pods, pod('web', { nodeName: 'n1' }));
  await started.send('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'a' } } });
});
afterAll(() => started.server.close());

function open(path: string, protocols: string[], asAdmin: boolean): WebSocket {
  const { authority, listener, admin } = started;
  const socket = new WebSocket(`wss://127.0.0.1:${listener.port}${path}`, protocols, {
    ca: authority.certificate,
    ...(asAdmin && { key: admin.key, cert: admin.certificate }),
  });
  socket.on('error', () => {}); // tests look at what came before it
  return socket;
}

/** What an answer that is no WebSocket says. */
async function refusal(socket: WebSocket): Promise<string> {
  const [, response] = await once(socket, 'unexpected-response');
  const status = JSON.parse(Buffer.concat(await response.toArray()).toString());
  return `${response.statusCode} ${status.message}`;
}

test('a watch over WebSocket sends each change as a text of its own', async () => {
  const socket = open(WATCH, ['base64.binary.k8s.io'], true);
  const seen: string[] = [];
  const both = Promise.withResolvers<void>();
  socket.on('message', (data, isBinary) => {
    const { type, object } = JSON.parse(String(data));
    seen.push(`${type} ${object.metadata.name}${isBinary ? ' as bytes' : ''}`);
    if (seen.length === 2) both.resolve();
  });
  await once(socket, 'open');
  expect(socket.protocol).toBe('base64.binary.k8s.io');
  await started.send('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'b' } } });
  await both.promise;
  expect(seen).toEqual(['ADDED a', 'ADDED b']);
  socket.close();
  await once(socket, 'close');
});

test('a watch that is over closes its WebSocket', async () => {
  const socket = open(`${WATCH}&timeoutSeconds=1`, [], true);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await started.clock.advance(1_000);
  expect((await closed)[0]).toBe(1000);
});

test.each([
  ['without a subprotocol as bytes', [], ['B', 'B hello\n']],
  ['as bytes', ['binary.k8s.io'], ['B', 'B hello\n']],
  ['as base64', ['base64.binary.k8s.io'], ['T', `T ${Buffer.from('hello\n').toString('base64')}`]],
])('a log over WebSocket comes %s, after an empty message', async (_, protocols, want) => {
  const socket = open(LOG, protocols, true);
  const seen: string[] = [];
  socket.on('message', (data, isBinary) => seen.push(`${isBinary ? 'B' : 'T'} ${data}`.trim()));
  const [code] = await once(socket, 'close');
  expect({ code, seen }).toEqual({ code: 1000, seen: want.map((text) => text.trim()) });
});

test('a log that is followed over WebSocket ends with the client', async () => {
  const socket = open(`${LOG}?follow=true`, [], true);
  await once(socket, 'message');
  socket.close();
  await logEnded.promise;
});

test('a log of nothing, or in a way that we do not know, is refused', async () => {
  expect(await refusal(open(LOG.replace('web', 'nobody'), [], true))).toBe('404 pods "nobody" not found');
  expect(await refusal(open(LOG, ['channel.k8s.io'], true))).toMatch(
    /^400 requested protocol\(s\) are not supported/,
  );
});

const bearer = (token: string) =>
  `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;

test('a token may come as a subprotocol', async () => {
  const socket = open(WATCH, ['base64.binary.k8s.io', bearer('no token of ours')], false);
  expect(await refusal(socket)).toBe('401 Unauthorized');
});

test('a token that comes as the only subprotocol is none', async () => {
  const socket = open(WATCH, [bearer('no token of ours')], false);
  expect(await refusal(socket)).toMatch(/^403 .*User "system:anonymous"/);
});

test('a collection without watch has no streams', async () => {
  const socket = open('/api/v1/namespaces/default/configmaps', [], true);
  expect(await refusal(socket)).toBe('400 this resource has no streams');
});

test('a webhook may forbid to connect, and sees what for', async () => {
  await using server = await reviewing(({ object }) => ({
    allowed: false,
    status: { code: 403, message: `no ${object.command.join(' ')} here` },
  }));
  const rules = [{ operations: ['CONNECT'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/exec'] }];
  const closed = configuration('closed', webhook(server.config(), { rules }));
  await started.client.create(ValidatingWebhookConfigurations, closed);
  const path = '/api/v1/namespaces/default/pods/web/exec?command=rm&command=-rf&stdout=true';
  expect(await refusal(open(path, ['v5.channel.k8s.io'], true))).toBe(
    '403 admission webhook "a.example.com" denied the request: no rm -rf here',
  );
  expect(server.received[0]?.body.request).toMatchObject({
    kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    subResource: 'exec',
    operation: 'CONNECT',
    name: 'web',
    namespace: 'default',
    object: { kind: 'PodExecOptions', apiVersion: 'v1', command: ['rm', '-rf'], stdout: true },
    oldObject: null,
    options: null,
  });
  await started.client.delete(ValidatingWebhookConfigurations, { name: 'closed' });
});

test('a policy may forbid to connect', async () => {
  const { client } = started;
  const spec = {
    matchConstraints: {
      resourceRules: [
        { operations: ['CONNECT'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/exec'] },
      ],
    },
    validations: [{ expression: "object.command[0] != 'rm'", message: 'nothing is removed here' }],
  };
  const metadata = { name: 'no-rm' };
  await client.create(ValidatingAdmissionPolicies, { metadata, spec });
  const binding = { policyName: 'no-rm', validationActions: ['Deny'] };
  await client.create(ValidatingAdmissionPolicyBindings, { metadata, spec: binding });
  const path = '/api/v1/namespaces/default/pods/web/exec?command=rm&stdout=true';
  expect(await refusal(open(path, ['v5.channel.k8s.io'], true))).toContain('nothing is removed here');
  await client.delete(ValidatingAdmissionPolicyBindings, metadata);
});
