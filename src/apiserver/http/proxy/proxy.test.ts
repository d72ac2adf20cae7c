import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { dialError } from '../../../apimachinery/dialError.ts';
import { badRequest } from '../../../apimachinery/errors.ts';
import { Endpoints, Pods, ServiceAccounts, Services } from '../../../resources/kinds.ts';
import type { PodAccess } from '../../streams/podAccess.ts';
import { clientNamed, startListening } from '../../testing/listening.ts';
import { pod } from '../../testing/registry.ts';

const POD = '/api/v1/namespaces/default/pods';
const SERVICE = '/api/v1/namespaces/default/services';
const PAGE = '<a href="/next">next</a>';

let started: Awaited<ReturnType<typeof startListening>>;
let web: Server;
let port: number;

/** What runs in the pod: it tells what it was asked, or does what the path says. */
function startWeb(): Server {
  const server = createServer(async (asked, answer): Promise<unknown> => {
    const { pathname } = new URL(asked.url!, 'http://web');
    if (pathname === '/moved') return answer.writeHead(302, { location: '/new/?a=1' }).end();
    if (pathname === '/page')
      return answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    if (pathname === '/packed')
      return answer
        .writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
        .end(gzipSync(PAGE));
    if (pathname === '/cookies')
      return answer
        .writeHead(418, { 'set-cookie': ['a=1', 'b=2'], 'access-control-allow-origin': '*', 'x-own': 'yes' })
        .end('short and stout');
    if (pathname === '/hangup') return asked.socket.destroy();
    if (pathname === '/breaks') {
      answer.writeHead(200, { 'content-type': 'text/plain' });
      return answer.write('half', () => asked.socket.destroy());
    }
    const told = { method: asked.method, url: asked.url, headers: asked.headers, body: await text(asked) };
    return answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (asked, socket, head): unknown => {
    if (asked.url === '/refused')
      return socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno');
    if (asked.url === '/plain') return socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    return sockets.handleUpgrade(asked, socket, head, (client) =>
      client.on('message', (data) => client.send(`${asked.url}: ${data}`)),
    );
  });
  return server;
}

const access: Pick<PodAccess, 'portForward'> = {
  async portForward({ name }, wanted) {
    const socket = connect({ host: '127.0.0.1', port: wanted });
    await once(socket, 'connect').catch((error) => {
      throw badRequest(dialError(error, `${name}:${wanted}`));
    });
    return socket;
  },
};

beforeAll(async () => {
  web = startWeb().listen(0, '127.0.0.1');
  await once(web, 'listening');
  port = (web.address() as AddressInfo).port;
  started = await startListening({ podAccessFor: () => access as PodAccess });
  const { client } = started;
  await client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  await addPod('web', '10.244.1.2', { ports: [{ name: 'web', containerPort: port }] });
  await addPod('new', undefined);
  for (const name of ['web', 'empty', 'stray'])
    await client.create(Services, {
      metadata: { name, namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 8080, targetPort: port }] },
    });
  const ports = [{ name: 'http', port }];
  const addresses = [{ ip: '10.244.1.2', targetRef: { kind: 'Pod', namespace: 'default', name: 'web' } }];
  await addEndpoints('web', [{ addresses, ports }]);
  await addEndpoints('empty', []);
  await addEndpoints('stray', [{ addresses: [{ ip: '192.0.2.1' }], ports }]);
});
afterAll(async () => {
  web?.closeAllConnections();
  web?.close();
  await started?.server.close();
});

async function addPod(name: string, podIP: string | undefined, container: object = {}) {
  const { client } = started;
  const made = pod(name, { nodeName: 'n1' });
  const [first] = made.spec.containers;
  await client.create(Pods, { ...made, spec: { ...made.spec, containers: [{ ...first!, ...container }] } });
  const status = podIP ? { podIP, podIPs: [{ ip: podIP }] } : {};
  const patch = { type: 'merge', body: { status } } as const;
  await client.patch(Pods, { name, namespace: 'default' }, patch, { subresource: 'status' });
}

const addEndpoints = (name: string, subsets: object[]) =>
  started.client.create(Endpoints, { metadata: { name, namespace: 'default' }, subsets });

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const tls = () => ({
  ca: started.authority.certificate,
  key: started.admin.key,
  cert: started.admin.certificate,
});

async function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  const { port: apiPort } = started.listener;
  const asking = request({
    host: '127.0.0.1',
    port: apiPort,
    path,
    method,
    headers,
    agent: false,
    ...tls(),
    servername: '',
  });
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

describe('what the pod is asked', () => {
  const told = async (path: string, asked?: Asked) => JSON.parse((await ask(path, asked)).body);

  test.each([
    [`${POD}/web/proxy/`, '/'],
    [`${POD}/web/proxy/a/b/?x=1&y=%20`, '/a/b/?x=1&y=%20'],
    [`${POD}/web/proxy/a//b/../c`, '/a/c'],
    [`${POD}/web/proxy/%C3%A4%3F%20`, '/%C3%A4%3F%20'],
    [`${SERVICE}/web:http/proxy/api/v1`, '/api/v1'],
    [`${SERVICE}/web:8080/proxy/x`, '/x'],
    [`${SERVICE}/http:web:http/proxy/x`, '/x'],
  ])('%s is %s', async (path, url) => expect(await told(path)).toMatchObject({ method: 'GET', url }));

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s with its body', async (method) => {
    const headers = { 'content-type': 'text/x', 'content-length': '5' };
    const want = { method, body: 'hello', headers: { 'content-type': 'text/x', 'content-length': '5' } };
    expect(await told(`${POD}/web/proxy/`, { method, headers, body: 'hello' })).toMatchObject(want);
  });

  test.each(['POST', 'DELETE'])('%s with a body of unknown length', async (method) => {
    const headers = { 'transfer-encoding': 'chunked' };
    const want = { body: 'hello', headers: { 'transfer-encoding': 'chunked' } };
    expect(await told(`${POD}/web/proxy/`, { method, headers, body: 'hello' })).toMatchObject(want);
  });

  test.each(['POST', 'DELETE'])('%s over HTTP/2, with its body', async (method) => {
    const session = connectHttp2(`https://127.0.0.1:${started.listener.port}`, tls());
    const head = { ':method': method, ':path': `${POD}/web/proxy/x`, 'x-own': 'yes' };
    const asking = session.request(head, { endStream: false });
    asking.end('hello');
    const answer = JSON.parse(await text(asking));
    expect(answer).toMatchObject({ method, url: '/x', body: 'hello', headers: { 'x-own': 'yes' } });
    session.close();
  });

  test('with the header fields that are not the API server’s own', async () => {
    const headers = {
      authorization: 'Bearer abc',
      'impersonate-user': 'admin',
      'impersonate-group': 'system:masters',
      connection: 'close, x-hop',
      'x-hop': '1',
      'x-forwarded-for': '192.0.2.7',
      'x-own': 'yes',
      host: 'api.example.com',
    };
    const { headers: got } = await told(`${POD}/web/proxy/a/`, { headers });
    expect(got).toEqual({
      connection: 'close',
      host: 'api.example.com',
      'x-forwarded-for': '192.0.2.7, 127.0.0.1',
      'x-forwarded-uri': `${POD}/web/proxy/a/`,
      'x-own': 'yes',
    });
  });
});

describe('what the pod answers', () => {
  test('is told as it is, but for what lets other origins in', async () => {
    const { status, headers, body } = await ask(`${POD}/web/proxy/cookies`);
    expect([status, body]).toEqual([418, 'short and stout']);
    expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('leads back to the proxy when it leads elsewhere', async () => {
    const { status, headers } = await ask(`${SERVICE}/web:http/proxy/moved`);
    expect([status, headers.location]).toEqual([302, `${SERVICE}/web:http/proxy/new/?a=1`]);
  });

  test('has links that lead back to the proxy, packed or not', async () => {
    const want = PAGE.replace('/next', `${POD}/web/proxy/next`);
    expect((await ask(`${POD}/web/proxy/page`)).body).toBe(want);
    const packed = await started.send('GET', `${POD}/web/proxy/packed`);
    expect(gunzipSync(packed.body as Buffer).toString()).toBe(want);
  });

  test('to HEAD is a head', async () => {
    const { status, body } = await ask(`${POD}/web/proxy/page`, { method: 'HEAD' });
    expect([status, body]).toEqual([200, '']);
  });

  test('is not taken for whole when it breaks off', async () => {
    await expect(ask(`${POD}/web/proxy/breaks`)).rejects.toThrow('aborted');
  });
});

test('without a path the client is led to the root', async () => {
  const { status, headers } = await ask(`${POD}/web/proxy?a=1`);
  expect([status, headers.location]).toEqual([301, `${POD}/web/proxy/?a=1`]);
});

describe('upstream’s words for', () => {
  const cases: Record<string, { path: string; want: string }> = {
    'a pod that is not there': { path: `${POD}/nobody/proxy/`, want: '404 pods "nobody" not found' },
    'a pod without an address': { path: `${POD}/new/proxy/`, want: '400 address not allowed' },
    'a scheme that is none': {
      path: `${POD}/ftp:web:80/proxy/`,
      want: '400 invalid pod request "ftp:web:80"',
    },
    'a port where nobody listens': {
      path: `${POD}/web:1/proxy/`,
      want: '503 error trying to reach service: dial tcp web:1: connect: connection refused',
    },
    'a port that is none': {
      path: `${POD}/web:nothing/proxy/`,
      want: '503 error trying to reach service: dial tcp: lookup tcp/nothing: unknown port',
    },
    'a server that hangs up': {
      path: `${POD}/web/proxy/hangup`,
      want: '503 error trying to reach service: EOF',
    },
    'a server that knows no TLS': {
      path: `${POD}/https:web:/proxy/`,
      want: '503 error trying to reach service: http: server gave HTTP response to HTTPS client',
    },
    'a service that is not there': {
      path: `${SERVICE}/nobody/proxy/`,
      want: '404 endpoints "nobody" not found',
    },
    'a service whose port has a name': {
      path: `${SERVICE}/web/proxy/`,
      want: '503 no endpoints available for service "web"',
    },
    'a port that the service does not have': {
      path: `${SERVICE}/web:81/proxy/`,
      want: '503 no service port 81 found for service "web"',
    },
    'a service without pods': {
      path: `${SERVICE}/empty:http/proxy/`,
      want: '503 no endpoints available for service "empty"',
    },
    'an endpoint that is no pod': {
      path: `${SERVICE}/stray:http/proxy/`,
      want: '503 no endpoints available for service "stray:http"',
    },
  };
  for (const [name, { path, want }] of Object.entries(cases)) {
    test(name, async () => {
      const { status, body } = await ask(path);
      expect(`${status} ${JSON.parse(body).message}`).toBe(want);
    });
  }
});

test('who may read pods may not use their proxy', async () => {
  const { key, certificate: cert } = await clientNamed(started.authority, 'reader');
  const { port: apiPort } = started.listener;
  const path = `${POD}/http:web:80/proxy/x`;
  const asking = request({ host: '127.0.0.1', port: apiPort, path, agent: false, ...tls(), key, cert });
  const [answer] = await once(asking.end(), 'response');
  const { message } = JSON.parse(await text(answer));
  expect(message).toBe(
    'pods "http:web:80" is forbidden: User "reader" cannot get resource "pods/proxy" in API group "" in the namespace "default"',
  );
});

describe('another protocol', () => {
  const open = (path: string) =>
    new WebSocket(`wss://127.0.0.1:${started.listener.port}${path}`, { ...tls() });

  test('is spoken with the pod itself', async () => {
    const socket = open(`${SERVICE}/web:http/proxy/chat?room=1`);
    await once(socket, 'open');
    socket.send('hello');
    expect(String((await once(socket, 'message'))[0])).toBe('/chat?room=1: hello');
    socket.close();
    await once(socket, 'close');
  });

  test.each([
    ['/refused', 401, 'no'],
    ['/plain', 500, /invalid upgrade response: status code 200/],
  ])('is not spoken where the pod does not want to: %s', async (path, status, body) => {
    const socket = open(`${POD}/web/proxy${path}`);
    socket.on('error', () => {});
    const [, answer] = await once(socket, 'unexpected-response');
    expect(answer.statusCode).toBe(status);
    expect(await text(answer)).toMatch(body);
  });

  test('with a port where nobody listens', async () => {
    const socket = open(`${POD}/web:1/proxy/`);
    socket.on('error', () => {});
    const [, answer] = await once(socket, 'unexpected-response');
    const { code, message } = JSON.parse(await text(answer));
    expect([code, message]).toEqual([
      500,
      'error dialing backend: dial tcp web:1: connect: connection refused',
    ]);
  });
});
