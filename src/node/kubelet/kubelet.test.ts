import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import https from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectlPath } from '../../../test/support/kubectl.ts';
import { badRequest, StatusError } from '../../apimachinery/errors.ts';
import type { RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import {
  type LogOptions,
  type PodAccess,
  type PodReference,
  portForwardError,
} from '../../apiserver/streams/podAccess.ts';
import { remotePodAccess } from '../../apiserver/streams/remotePodAccess.ts';
import { type Run, runProcess, startPodServer } from '../../apiserver/streams/testing/podServer.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { Pod } from '../../generated/types.ts';
import { Kubelet } from './kubelet.ts';

const web: PodReference = { namespace: 'default', name: 'web', uid: '1234' };
const pods: Pod[] = [{ metadata: web, spec: { containers: [] } }];
const clock = new VirtualClock();
const endless = async function* (signal: AbortSignal) {
  yield Buffer.from('started\n');
  await once(signal, 'abort');
};

let asked: { container: string; options: LogOptions }[] = [];
let followerLeft: Promise<unknown> = Promise.resolve();
/** A node agent whose containers are processes of this machine. */
const agent: PodAccess = {
  async *logs(_pod, container, options, signal) {
    asked.push({ container, options });
    if (container === 'waiting')
      throw badRequest('container "waiting" in pod "web" is waiting to start: ContainerCreating');
    if (options.follow) {
      followerLeft = once(signal, 'abort');
      yield* endless(signal);
    } else for (let i = 0; i < 64; i++) yield Buffer.alloc(65_536, i);
  },
  exec: (_pod, _container, command, _tty, streams) => runProcess([...command], streams),
  async attach(_pod, _container, _tty, { stdout, resize }) {
    for await (const { width, height } of resize) {
      stdout?.write(`${width}x${height}`);
      break;
    }
    return { kind: 'failed', message: 'error attaching to container: no such thing' };
  },
  async portForward(pod, port) {
    const target = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(target, 'connect').catch((error) => {
      throw portForwardError(pod, port, error.message);
    });
    return target;
  },
};

let remote: PodAccess;
let kubelet: Kubelet;
let kubeletPort: number;
let tls: { key: string; cert: string; ca: string };
beforeAll(async () => {
  tls = await selfSigned();
  kubelet = new Kubelet({
    tls: { ...tls, requestCert: true, rejectUnauthorized: true },
    async authorize(request) {
      if (request.headers.authorization === 'nobody') throw new StatusError('Forbidden', 'Forbidden');
    },
    pods: () => pods,
    access: agent,
    node: {
      get: async (path, query) => ({ status: 200, contentType: 'text/plain', body: `${path}?${query}` }),
    },
    clock,
  });
  kubeletPort = await kubelet.listen(0, '127.0.0.1');
  remote = remotePodAccess({ host: '127.0.0.1', port: kubeletPort, tls });
});
afterAll(() => kubelet.close());

async function get(path: string, headers = {}): Promise<string> {
  const request = https.get({ host: '127.0.0.1', port: kubeletPort, path, headers, agent: false, ...tls });
  const [response] = await once(request, 'response');
  return `${response.statusCode} ${(await text(response)).trim()}`;
}

function streams<Given extends Partial<RemoteCommandStreams>>(input: string, given: Given) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const resize = Readable.from([]) as AsyncIterable<never>;
  const { signal } = new AbortController();
  return { stdin: Readable.from([Buffer.from(input)]), stdout, stderr, resize, signal, ...given };
}

describe('answers', () => {
  const cases: Record<string, { path: string; headers?: object; want: string }> = {
    'that it is healthy': { path: '/healthz', want: '200 /healthz?' },
    'with what the node tells of itself': {
      path: '/stats/summary?only_cpu_and_memory=true',
      want: '200 /stats/summary?only_cpu_and_memory=true',
    },
    'nothing to a client that it does not know': {
      path: '/pods',
      headers: { authorization: 'nobody' },
      want: '403 Forbidden',
    },
    'that a path does not exist': { path: '/secrets', want: '404 404 page not found' },
    'that a path with broken escapes does not exist': {
      path: '/pods/%E0%A4%A',
      want: '404 404 page not found',
    },
    'that a pod is not here': {
      path: '/containerLogs/default/other/main',
      want: '404 pod "other" not found',
    },
    'that a number is none': {
      path: '/containerLogs/default/web/main?tailLines=many',
      want: '400 tailLines: invalid value "many"',
    },
    'that an exec has to be upgraded': {
      path: '/exec/default/web/main',
      want: '400 Upgrade request required',
    },
    'that an upgrade needs something to stream': {
      path: '/exec/default/web/main',
      headers: { Connection: 'Upgrade', Upgrade: 'websocket' },
      want: `400 ${JSON.stringify(badRequest('you must specify at least 1 of stdin, stdout, stderr').toStatus())}`,
    },
  };
  for (const [name, { path, headers, want }] of Object.entries(cases)) {
    test(name, async () => expect(await get(path, headers)).toBe(want));
  }
});

test('nobody gets in without a certificate', async () => {
  const request = https.get({ host: '127.0.0.1', port: kubeletPort, agent: false, ca: tls.ca });
  await expect(once(request, 'response')).rejects.toThrow();
});

describe('through its client', () => {
  const ignored = new AbortController().signal;
  const plain: LogOptions = { follow: false, timestamps: false, previous: false };

  test('a log arrives whole', async () => {
    const log = await buffer(Readable.from(remote.logs(web, 'main', plain, ignored)));
    expect([log.length, log.at(-1)]).toEqual([4_194_304, 63]);
  });

  test('a log is asked for with the same options', async () => {
    asked = [];
    const options: LogOptions = {
      follow: false,
      timestamps: true,
      previous: true,
      tailLines: 0,
      limitBytes: 100,
      sinceTime: 1_767_225_600_123,
    };
    await buffer(Readable.from(remote.logs(web, 'main', options, ignored)));
    expect(asked).toEqual([{ container: 'main', options }]);
  });

  test('seconds count back from the clock', async () => {
    asked = [];
    await get('/containerLogs/default/web/main?sinceSeconds=60');
    expect(asked[0]?.options.sinceTime).toBe(clock.now() - 60_000);
  });

  test('a log that is followed ends with its reader', async () => {
    const reader = new AbortController();
    const lines: string[] = [];
    for await (const bytes of remote.logs(web, 'main', { ...plain, follow: true }, reader.signal)) {
      lines.push(String(bytes));
      reader.abort();
    }
    await followerLeft;
    expect(lines).toEqual(['started\n']);
  });

  test('a log that cannot be had says why', async () => {
    const log = remote.logs(web, 'waiting', plain, ignored);
    await expect(buffer(Readable.from(log))).rejects.toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: 'container "waiting" in pod "web" is waiting to start: ContainerCreating',
    });
  });

  test('a command gets its input, gives both outputs and its exit code', async () => {
    const ends = streams('hello', {});
    const script = 'cat; echo err >&2; exit 5';
    const result = await remote.exec(web, 'main', ['sh', '-c', script], false, ends);
    expect(result).toEqual({ kind: 'exited', exitCode: 5 });
    expect([String(ends.stdout.read()), String(ends.stderr.read())]).toEqual(['hello', 'err\n']);
  });

  test('megabytes of output wait for a slow reader', async () => {
    let received = 0;
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        setImmediate(done);
      },
    });
    const command = ['head', '-c', '5000000', '/dev/zero'];
    await remote.exec(web, 'main', command, false, streams('', { stdout }));
    await finished(stdout.end());
    expect(received).toBe(5_000_000);
  });

  test('a terminal has a size, and a failure its words', async () => {
    const ends = streams('', { resize: Readable.from([{ width: 80, height: 24 }]) });
    const result = await remote.attach(web, 'main', true, ends);
    expect(String(ends.stdout.read())).toBe('80x24');
    expect(result).toEqual({ kind: 'failed', message: 'error attaching to container: no such thing' });
  });

  test('a command ends when its reader is gone', async () => {
    const reader = new AbortController();
    const ends = streams('', { signal: reader.signal });
    const running = remote.exec(web, 'main', ['sh', '-c', 'echo up; exec sleep 1000'], false, ends);
    await once(ends.stdout, 'data');
    reader.abort();
    expect(await running).toEqual({ kind: 'failed', message: 'the connection was lost' });
  });

  test('a pod in its next life is another pod', async () => {
    const next = { ...web, uid: '5678' };
    await expect(remote.exec(next, 'main', ['true'], false, streams('', {}))).rejects.toThrow(
      'pod "web" not found',
    );
  });

  test("a kubelet that is not there is told in Go's words", async () => {
    const gone = remotePodAccess({ host: '127.0.0.1', port: 1, tls });
    const refused = 'dial tcp 127.0.0.1:1: connect: connection refused';
    await expect(gone.reach!()).rejects.toThrow(`Get "https://127.0.0.1:1/containerLogs": ${refused}`);
    const asked = [
      gone.exec(web, 'main', ['true'], false, streams('', {})),
      gone.attach(web, 'main', false, streams('', {})),
      gone.portForward(web, 80),
    ];
    for (const answer of asked) await expect(answer).rejects.toThrow(`error dialing backend: ${refused}`);
  });

  test('a port is forwarded, each direction with its own end', async () => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(
      0,
      '127.0.0.1',
    );
    await once(echo, 'listening');
    const stream = await remote.portForward(web, (echo.address() as AddressInfo).port);
    const sent = Buffer.alloc(3_000_000, 'abc');
    stream.end(sent);
    expect((await buffer(stream)).equals(sent)).toBe(true);
    echo.close();
  });

  test('a port that nobody serves fails with the reason', async () => {
    const stream = await remote.portForward(web, 1);
    const [error] = await once(stream.resume(), 'error').catch((thrown) => [thrown]);
    expect(error).toMatchObject({ name: 'PortForwardError' });
    expect(error.message).toContain('error forwarding port 1 to pod web, uid 1234: connect ECONNREFUSED');
  });

  test('a port that nobody serves fails before its stream ends', async () => {
    const stream = await remote.portForward(web, 1);
    const ended = once(stream.resume(), 'end').then(() => stream.errored?.message);
    expect(await ended.catch((error) => error.message)).toContain('connect ECONNREFUSED');
  });
});

for (const version of ['v1.20.0', 'v1.35.2'] as const) {
  test(`kubectl ${version} reaches a container through the API server and the kubelet`, async () => {
    const run: Run = (command, ends) => remote.exec(web, 'main', command, false, ends);
    const apiServer = await startPodServer(run);
    const command = ['exec', '-i', 'web', '--', 'sh', '-c', 'cat; exit 9'];
    const args = [`--server=${apiServer.url}`, '--cache-dir=/dev/null', ...command];
    const kubectl = spawn(await kubectlPath(version), args, {
      env: { KUBECONFIG: '/dev/null', HOME: '/nowhere' },
    });
    const sent = Buffer.alloc(4_000_000, 'all the way');
    kubectl.stdin.end(sent);
    const [received, [code]] = await Promise.all([buffer(kubectl.stdout), once(kubectl, 'exit')]);
    expect([received.equals(sent), code]).toEqual([true, 9]);
    apiServer.close();
  });
}

async function selfSigned() {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=kubelet',
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2120-01-01'),
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const pem = certificate.toString('pem');
  return { key: x509.PemConverter.encode(key, 'PRIVATE KEY'), cert: pem, ca: pem };
}
