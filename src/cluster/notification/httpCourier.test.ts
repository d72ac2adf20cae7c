import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { Letter } from '../../controllers/notification/courier.ts';
import { CertificateAuthority } from '../../pki/certificateAuthority.ts';
import { HttpCourier } from './httpCourier.ts';
import { Receiver, status } from './testing/receiver.ts';

const letterTo = (url: string, headers: Record<string, string> = {}): Letter => ({
  url,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: '{"event":"JobFailed"}',
});
const never = new AbortController().signal;
const post = (url: string, headers?: Record<string, string>) =>
  new HttpCourier(new SystemClock()).post(letterTo(url, headers), never);

test('a letter arrives as it was written', async () => {
  await using receiver = await Receiver.start();
  expect(await post(receiver.url, { Authorization: 'Bearer x' })).toEqual({ kind: 'answered', status: 204 });
  const [{ path, headers, body } = {}] = receiver.received;
  expect({ path, body }).toEqual({ path: '/hook?token=s3cret', body: { event: 'JobFailed' } });
  expect(headers).toMatchObject({ authorization: 'Bearer x', 'content-type': 'application/json' });
});

test.each([
  ['500', 500, {}, { status: 500 }],
  ['404', 404, {}, { status: 404 }],
  ['429 with seconds', 429, { 'Retry-After': '120' }, { status: 429, retryAfterMs: 120_000 }],
  [
    '503 with a date that has passed',
    503,
    { 'Retry-After': 'Thu, 01 Jan 2015 00:00:00 GMT' },
    { status: 503, retryAfterMs: 0 },
  ],
  ['429 with nonsense', 429, { 'Retry-After': 'soon' }, { status: 429 }],
])('the answer is what it is: %s', async (_, code, headers, want) => {
  await using receiver = await Receiver.start((response) => status(response, code, headers));
  expect(await post(receiver.url)).toEqual({ kind: 'answered', ...want });
});

test('a date says how long to wait by the clock on the wall', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const headers = { 'Retry-After': 'Thu, 01 Jan 2026 00:05:00 GMT' };
  await using receiver = await Receiver.start((response) => status(response, 503, headers));
  const answer = await new HttpCourier(clock).post(letterTo(receiver.url), never);
  expect(answer).toEqual({ kind: 'answered', status: 503, retryAfterMs: 300_000 });
});

test('a redirect is not followed', async () => {
  await using elsewhere = await Receiver.start();
  const headers = { Location: elsewhere.url };
  await using receiver = await Receiver.start((response) => status(response, 307, headers));
  expect(await post(receiver.url)).toEqual({ kind: 'answered', status: 307 });
  expect(elsewhere.received).toEqual([]);
});

test('a body without end is not waited for, nor read', async () => {
  const { promise: isCutOff, resolve } = Promise.withResolvers<void>();
  await using receiver = await Receiver.start((response) => {
    response.on('close', resolve);
    const pump = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', pump);
    };
    pump();
  });
  expect(await post(receiver.url)).toEqual({ kind: 'answered', status: 200 });
  await isCutOff;
});

test('who does not answer in ten seconds has not answered', async () => {
  const clock = new VirtualClock();
  await using receiver = await Receiver.start(() => {});
  const courier = new HttpCourier(clock);
  const answer = courier.post(letterTo(receiver.url), never);
  expect(courier.underWay()).toBeDefined();
  await clock.advance(10_000);
  expect(await answer).toEqual({ kind: 'unreachable', problem: 'no answer within 10 seconds' });
  expect(courier.underWay()).toBeUndefined();
});

test('nobody there is told in words, without the address', async () => {
  const receiver = await Receiver.start();
  const { url } = receiver;
  await receiver[Symbol.asyncDispose]();
  expect(await post(url)).toEqual({ kind: 'unreachable', problem: 'the connection was refused' });
});

test('who hangs up has not answered', async () => {
  await using receiver = await Receiver.start((response) => response.destroy());
  expect(await post(receiver.url)).toEqual({ kind: 'unreachable', problem: 'the connection was closed' });
});

test('who speaks another protocol has not answered', async () => {
  const server = createServer((socket) => socket.end('220 mail.example ESMTP\r\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await post(`http://127.0.0.1:${port}/`);
  server.close();
  expect(answer).toEqual({ kind: 'unreachable', problem: 'HPE_INVALID_CONSTANT' });
});

test('who cannot prove to be the receiver gets nothing', async () => {
  const clock = new SystemClock();
  const authority = await CertificateAuthority.create(clock.now());
  const subject = { commonName: 'hooks', hosts: ['127.0.0.1'] };
  const pair = await authority.issue(subject, { usages: ['server auth'], now: clock.now() });
  const paths: (string | undefined)[] = [];
  const server = createHttpsServer({ key: pair.key, cert: pair.certificate }, (request, response) => {
    paths.push(request.url);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await post(`https://127.0.0.1:${port}/`);
  server.close();
  expect(answer).toEqual({
    kind: 'unreachable',
    problem: 'its certificate is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
  expect(paths).toEqual([]);
});

test('a header that cannot be sent is not shown either', async () => {
  await using receiver = await Receiver.start();
  const answer = await post(receiver.url, { Authorization: 'Bearer s3cret\nX: y' });
  expect(answer).toEqual({ kind: 'unreachable', problem: 'ERR_INVALID_CHAR' });
  expect(receiver.received).toEqual([]);
});

test('whoever stops does not wait', async () => {
  await using receiver = await Receiver.start(() => stop.abort());
  const stop = new AbortController();
  const answer = await new HttpCourier(new SystemClock()).post(letterTo(receiver.url), stop.signal);
  expect(answer).toMatchObject({ kind: 'unreachable' });
});
