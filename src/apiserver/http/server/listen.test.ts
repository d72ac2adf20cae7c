import { connect } from 'node:http2';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CertificateAuthority, KeyPair } from '../../../pki/certificateAuthority.ts';
import { anAuthority, clientNamed, startListening } from '../../testing/listening.ts';
import { MAX_BODY_BYTES } from '../bodies.ts';
import type { Listener } from './listen.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

let started: Awaited<ReturnType<typeof startListening>>;
let authority: CertificateAuthority;
let listener: Listener;
let admin: KeyPair;
let stranger: KeyPair;

beforeAll(async () => {
  started = await startListening();
  ({ authority, listener, admin } = started);
  stranger = await clientNamed(await anAuthority(), 'admin', 'system:masters');
});
afterAll(() => started.server.close());

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

const tls = (client: KeyPair | undefined) => ({
  ca: authority.certificate,
  ...(client && { cert: client.certificate, key: client.key }),
});

function http1(method: string, path: string, client: KeyPair | undefined, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: listener.port, method, path, agent: false, ...tls(client) };
    const request = https.request(options, async (response) => {
      resolve({ status: response.statusCode, body: await text(response) });
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function http2(
  method: string,
  path: string,
  client: KeyPair | undefined,
  body?: Buffer,
): Promise<Answer> {
  const session = connect(`https://127.0.0.1:${listener.port}`, tls(client));
  const stream = session.request({ ':method': method, ':path': path }, { endStream: body === undefined });
  let status: number | undefined;
  stream.on('response', (headers) => {
    status = headers[':status'];
  });
  if (body) stream.end(body);
  const answer = await text(stream);
  session.close();
  return { status, body: answer };
}

for (const [protocol, send] of Object.entries({ 'HTTP/1.1': http1, 'HTTP/2': http2 })) {
  describe(protocol, () => {
    test('the holder of a certificate of our authority is known', async () => {
      const { status, body } = await send('GET', MAPS, admin);
      expect(status).toBe(200);
      expect(JSON.parse(body).kind).toBe('ConfigMapList');
    });

    test('who shows no certificate is anonymous', async () => {
      const { status, body } = await send('GET', MAPS, undefined);
      expect(status).toBe(403);
      expect(JSON.parse(body).message).toContain('User "system:anonymous" cannot list');
    });

    test('a certificate of another authority is refused', async () => {
      expect((await send('GET', MAPS, stranger)).status).toBe(401);
    });

    test('a body that is too large is refused before all of it is read', async () => {
      const { status, body } = await send('POST', MAPS, admin, Buffer.alloc(MAX_BODY_BYTES + 1, 'x'));
      expect(status).toBe(413);
      expect(JSON.parse(body).message).toBe('Request entity too large: limit is 3145728');
    });

    test('a HEAD is answered without a body', async () => {
      expect(await send('HEAD', MAPS, admin)).toEqual({ status: 200, body: '' });
    });
  });
}

test('closing ends the watches that are open', async () => {
  const session = connect(`https://127.0.0.1:${listener.port}`, tls(admin));
  session.on('error', () => {});
  const watch = session.request({ ':path': `${MAPS}?watch=true&resourceVersion=1` });
  watch.on('error', () => {});
  await new Promise((resolve) => watch.once('response', resolve));
  const ended = new Promise((resolve) => watch.once('close', resolve));
  await listener.close();
  await ended;
});
