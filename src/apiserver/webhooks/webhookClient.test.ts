import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { messageOf } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { EndpointSlice, Service } from '../../generated/types.ts';
import type { WebhookClientConfig } from '../../resources/admissionregistration/webhookClientValidation.ts';
import { MemoryStore } from '../../store/memoryStore.ts';
import { caBundle, WebhookServer } from './testing/webhookServer.ts';
import { WebhookClient } from './webhookClient.ts';

const echo = () => WebhookServer.start(({ path }) => ({ path }));

const service = (rest: Partial<Service['spec']> = {}): Service => ({
  metadata: { name: 'hook', namespace: 'default' },
  spec: { ports: [{ name: 'https', port: 443 }], ...rest },
});

const slice = (port: number, ready: boolean, address = '127.0.0.1'): EndpointSlice => ({
  metadata: {
    name: `hook-${ready}`,
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': 'hook' },
  },
  addressType: 'IPv4',
  endpoints: [{ addresses: [address], conditions: { ready } }],
  ports: [{ name: 'https', port }],
});

/** A client in a cluster that has these objects. */
async function clientWith(objects: Record<string, KubernetesObject> = {}) {
  const store = new MemoryStore();
  for (const [key, object] of Object.entries(objects)) await store.put(key, object, 0);
  const client = new WebhookClient(store, new VirtualClock());
  onTestFinished(() => client.close());
  return client;
}

const atService = (rest: object = {}): WebhookClientConfig => ({
  service: { namespace: 'default', name: 'hook', path: '/a', port: 443, ...rest },
  caBundle,
});

test('a service leads to an endpoint that is ready', async () => {
  await using server = await echo();
  const client = await clientWith({
    '/core/services/default/hook': service(),
    '/discovery.k8s.io/endpointslices/default/a': slice(server.port, false, '192.0.2.1'),
    '/discovery.k8s.io/endpointslices/default/b': slice(server.port, true),
  });
  expect(await client.post(atService(), {}, 10)).toEqual({ path: '/a?timeout=10s' });
});

const inVain: Record<string, { objects: Record<string, KubernetesObject>; want: string }> = {
  'a service that is missing': { objects: {}, want: 'service "hook" not found' },
  'a port that the service has not': {
    objects: { '/core/services/default/hook': service({ ports: [{ port: 80 }] }) },
    want: 'no service port 443 found for service "hook"',
  },
  'a service that nobody serves': {
    objects: {
      '/core/services/default/hook': service(),
      '/discovery.k8s.io/endpointslices/default/a': slice(1, false),
    },
    want: 'no endpoints available for service "hook"',
  },
};
for (const [name, { objects, want }] of Object.entries(inVain)) {
  test(`${name} leads nowhere`, async () => {
    const client = await clientWith(objects);
    expect(await client.post(atService(), {}, 5).catch(messageOf)).toBe(
      `Post "https://hook.default.svc:443/a?timeout=5s": ${want}`,
    );
  });
}

test('a certificate for somebody else is not taken', async () => {
  await using server = await echo();
  const client = await clientWith();
  const config = { url: `https://localhost:${server.port}/`, caBundle };
  expect(await client.post(config, {}, 10).catch(messageOf)).toContain(
    'tls: failed to verify certificate: x509: certificate is valid for ',
  );
});

test('who speaks no TLS is no webhook', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = await clientWith();
  expect(await client.post({ url: `https://127.0.0.1:${port}/` }, {}, 10).catch(messageOf)).toContain(
    'http: server gave HTTP response to HTTPS client',
  );
});

test('a bundle that is none is told', async () => {
  const client = await clientWith();
  const config = { url: 'https://127.0.0.1/', caBundle: Buffer.from('nothing').toString('base64') };
  expect(await client.post(config, {}, 10).catch(messageOf)).toBe(
    'unable to load root certificates: unable to parse bytes as PEM block',
  );
});

test('a connection is used again, and made anew when the webhook has closed it', async () => {
  const ports: (number | undefined)[] = [];
  const sockets = new Set<{ destroy(): void }>();
  await using server = await WebhookServer.start((_, { socket }) => {
    ports.push(socket?.remotePort);
    if (socket) sockets.add(socket);
    return {};
  });
  const client = await clientWith();
  await client.post(server.config(), {}, 10);
  await client.post(server.config(), {}, 10);
  for (const socket of sockets) socket.destroy();
  await client.post(server.config(), {}, 10);
  expect(ports).toEqual([ports[0], ports[0], expect.any(Number)]);
  expect(new Set(ports).size).toBe(2);
});

test('what is under way can be waited for', async () => {
  await using server = await echo();
  const client = await clientWith();
  expect(client.underWay()).toBeUndefined();
  let isAnswered = false;
  void client.post(server.config(), {}, 10).then(() => {
    isAnswered = true;
  });
  await client.underWay();
  expect(isAnswered).toBe(true);
  expect(client.underWay()).toBeUndefined();
});
