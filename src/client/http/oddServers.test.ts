import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { tooManyRequests } from '../../apimachinery/errors.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { ConfigMaps, Nodes, Pods } from '../../resources/kinds.ts';
import { recordWatch } from '../testing/recordWatch.ts';
import { HttpsClient } from './httpsClient.ts';
import { adminAccess, authority, clock } from './testing/loopbackServer.ts';
import { answerJson, startScriptedServer } from './testing/scriptedServer.ts';

const node = (name: string, resourceVersion = '5') => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, resourceVersion },
  spec: {},
});
const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;

describe('requests', () => {
  test('name the collection, the object and the subresource as the API does', async () => {
    await using server = await startScriptedServer((response) =>
      answerJson(response, { items: [], metadata: {} }),
    );
    const { client, requests } = server;
    const ref = { name: 'web', namespace: 'shop' };
    await client.list(Pods);
    await client.list(Pods, { namespace: 'shop', labelSelector: 'app in (a,b)', limit: 5 });
    await client.patch(
      Pods,
      ref,
      { type: 'apply', body: {} },
      { subresource: 'status', force: true, fieldManager: 'm' },
    );
    await client.create(ConfigMaps, { metadata: { namespace: 'shop' } }, { dryRun: true });
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/v1/pods',
      'GET /api/v1/namespaces/shop/pods?labelSelector=app+in+%28a%2Cb%29&limit=5',
      'PATCH /api/v1/namespaces/shop/pods/web/status?fieldManager=m&force=true',
      'POST /api/v1/namespaces/shop/configmaps?dryRun=All',
    ]);
    expect(requests[2]?.headers['content-type']).toBe('application/apply-patch+yaml');
  });

  test('share connections, which are kept', async () => {
    const sockets = new Set<IncomingMessage['socket']>();
    await using server = await startScriptedServer((response, _number, { socket }) => {
      sockets.add(socket);
      answerJson(response, node('a'));
    });
    for (let i = 0; i < 10; i++) await server.client.get(Nodes, { name: 'a' });
    expect(sockets.size).toBe(1);
    await Promise.all(Array.from({ length: 100 }, () => server.client.get(Nodes, { name: 'a' })));
    expect(sockets.size).toBeLessThanOrEqual(32);
  });

  test('are made once more when a kept connection turns out to be dead, but only to read', async () => {
    await using server = await startScriptedServer((response, number) => {
      if (number === 2 || number === 5) response.socket?.destroy();
      else answerJson(response, node('a'));
    });
    const { client, requests } = server;
    await client.get(Nodes, { name: 'a' });
    expect((await client.get(Nodes, { name: 'a' })).metadata.name).toBe('a');
    expect(requests).toHaveLength(3);
    await client.get(Nodes, { name: 'a' });
    await expect(client.update(Nodes, node('a'))).rejects.toMatchObject({
      reason: 'ServiceUnavailable',
      message: `Cannot reach https://127.0.0.1:${server.port}: the connection was dropped`,
    });
  });

  test('wait for a busy server as long as it asks', async () => {
    const virtual = new VirtualClock();
    await using server = await startScriptedServer((response, number) => {
      const busy = tooManyRequests('too many requests', 7).toStatus();
      if (number < 3) answerJson(response, busy, 429, { 'Retry-After': '7' });
      else answerJson(response, node('a'));
    }, virtual);
    const start = virtual.now();
    let answered = false;
    const request = server.client.get(Nodes, { name: 'a' }).then(() => {
      answered = true;
    });
    while (!answered) {
      const sleeping = virtual.nextTimer();
      if (sleeping !== undefined && sleeping - virtual.now() <= 7000) await virtual.step();
      else await new Promise(setImmediate);
    }
    await request;
    expect(virtual.now() - start).toBe(14_000);
  });

  test('are refused in the words of a server that speaks no Kubernetes', async () => {
    await using server = await startScriptedServer((response) =>
      response.writeHead(502).end('<h1>\n Bad Gateway </h1>'),
    );
    await expect(server.client.get(Nodes, { name: 'a' })).rejects.toMatchObject({
      reason: 'ServiceUnavailable',
      code: 502,
      message: 'The server answered 502: <h1> Bad Gateway </h1>',
    });
  });

  test('are given up when there is no answer', async () => {
    const virtual = new VirtualClock();
    const arrived = Promise.withResolvers<void>();
    await using server = await startScriptedServer(() => arrived.resolve(), virtual);
    const request = expect(server.client.update(Nodes, node('a'))).rejects.toThrow(
      /no answer within 30 seconds$/,
    );
    await arrived.promise;
    await virtual.advance(30_000);
    await request;
  });
});

describe('credentials', () => {
  test('a server that the pinned authority did not sign for is not believed', async () => {
    await using server = await startScriptedServer((response) => answerJson(response, node('a')));
    const access = { ...(await adminAccess(server.port)), caCertificate: undefined };
    const stranger = HttpsClient.to(access, { clock });
    await expect(stranger.get(Nodes, { name: 'a' })).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    stranger.close();
    expect(server.requests).toHaveLength(0);
  });

  test('renewed ones are shown from the next request on', async () => {
    const shown: string[] = [];
    await using server = await startScriptedServer((response, _number, { socket, headers }) => {
      shown.push(headers.authorization ?? String((socket as TLSSocket).getPeerCertificate().subject.CN));
      answerJson(response, node('a'));
    });
    const { client } = server;
    await client.get(Nodes, { name: 'a' });
    client.useCredentials(
      await authority.issue({ commonName: 'renewed' }, { usages: ['client auth'], now: clock.now() }),
    );
    await client.get(Nodes, { name: 'a' });
    client.useCredentials({ token: 'secret' });
    await client.get(Nodes, { name: 'a' });
    expect(shown).toEqual(['kubernetes-admin', 'renewed', 'Bearer secret']);
  });

  test('another user is impersonated, oneself is not', async () => {
    await using server = await startScriptedServer((response) => answerJson(response, node('a')));
    await server.client.as({ user: 'kubernetes-admin', manager: 'm' }).get(Nodes, { name: 'a' });
    await server.client.as({ user: 'jane', groups: ['a', 'b'] }).get(Nodes, { name: 'a' });
    const [own, other] = server.requests.map(({ headers }) => headers);
    expect(own?.['impersonate-user']).toBeUndefined();
    expect([other?.['impersonate-user'], other?.['impersonate-group']]).toEqual(['jane', 'a, b']);
  });

  test('an address that is not HTTPS is refused', () => {
    expect(() => HttpsClient.to({ server: 'http://localhost:8080' }, { clock })).toThrow(
      'must begin with https://',
    );
  });
});

describe('watches', () => {
  const watching = (client: HttpsClient) => recordWatch(client, Nodes, { resourceVersion: '1' });

  test('ask for bookmarks, and move on by them', async () => {
    await using server = await startScriptedServer((response) => {
      response.write(line('ADDED', node('a')));
      response.end(line('BOOKMARK', node('', '9')));
    });
    const watch = watching(server.client);
    await watch.until(() => watch.hasEnded);
    expect(watch.error).toBeUndefined();
    expect(watch.changes.map(({ object }) => object.metadata.name)).toEqual(['a']);
    expect(server.requests[0]?.url).toBe(
      '/api/v1/nodes?watch=true&allowWatchBookmarks=true&resourceVersion=1',
    );
  });

  test('end with the error that the server sends, after what came before it', async () => {
    const gone = { kind: 'Status', status: 'Failure', reason: 'Expired', message: 'too old', code: 410 };
    await using server = await startScriptedServer((response) =>
      response.write(line('ADDED', node('a')) + line('ERROR', gone)),
    );
    const watch = watching(server.client);
    await watch.until(() => watch.hasEnded);
    expect(watch.changes).toHaveLength(1);
    expect(watch.error).toMatchObject({ reason: 'Expired', code: 410, message: 'too old' });
  });

  test('end with what a refusal says', async () => {
    await using server = await startScriptedServer((response) =>
      answerJson(response, { kind: 'Status', reason: 'Forbidden', message: 'no', code: 403 }, 403),
    );
    const watch = watching(server.client);
    await watch.until(() => watch.hasEnded);
    expect(watch.error).toMatchObject({ reason: 'Forbidden', message: 'no' });
  });

  const ends: Record<string, { send: string; drop?: boolean; want: RegExp }> = {
    'that is dropped': { send: line('ADDED', node('a')), drop: true, want: /the connection was dropped/ },
    'that says nonsense': { send: '<html>\n', want: /^Cannot read the watch: / },
    'that is closed at once': { send: '', want: /closed at once, without a word$/ },
  };
  for (const [name, { send, drop, want }] of Object.entries(ends)) {
    test(`one ${name} ends with an error`, async () => {
      await using server = await startScriptedServer((response) => {
        response.writeHead(200);
        if (!drop) response.end(send);
        else response.write(send, () => response.socket?.destroy());
      });
      const watch = watching(server.client);
      await watch.until(() => watch.hasEnded);
      expect(watch.error?.message).toMatch(want);
    });
  }

  test('one that is silent for three minutes is given up, one with bookmarks is not', async () => {
    const virtual = new VirtualClock();
    const answered = Promise.withResolvers<(text: string) => void>();
    await using server = await startScriptedServer((response) => {
      response.writeHead(200).flushHeaders();
      answered.resolve((text) => response.write(text));
    }, virtual);
    const watch = watching(server.client);
    const say = await answered.promise;
    for (let minute = 1; minute <= 5; minute++) {
      await virtual.advance(60_000);
      // Whatever the hour is set to.
      virtual.set(virtual.now() - 3_600_000);
      say(line('ADDED', node(`n${minute}`)));
      await watch.until(() => watch.changes.length === minute);
    }
    expect(watch.hasEnded).toBe(false);
    await virtual.advance(180_000);
    expect(watch.error?.message).toBe('The watch was silent for 180 seconds');
  });

  test('many live beside each other and beside requests', async () => {
    await using server = await startScriptedServer((response, _number, { url }) => {
      if (url?.includes('watch=true')) response.write(line('ADDED', node('a')));
      else answerJson(response, node('a'));
    });
    const watches = Array.from({ length: 60 }, () => watching(server.client));
    await Promise.all(watches.map((watch) => watch.until(() => watch.changes.length === 1)));
    expect((await server.client.get(Nodes, { name: 'a' })).metadata.name).toBe('a');
    for (const watch of watches) watch.stop();
  });
});
