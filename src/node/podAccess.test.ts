import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { LogOptions, PodReference } from '../apiserver/streams/podAccess.ts';
import type { Pod } from '../generated/types.ts';
import { container, TestNode } from './testing/testNode.ts';

let node: TestNode;
afterEach(() => node.agent.stop());

const PLAIN: LogOptions = { follow: false, timestamps: false, previous: false };
const reference = ({ metadata: { name = '', uid = '' } }: Pod): PodReference => ({
  namespace: 'default',
  name,
  uid,
});
const restarts = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0]?.restartCount;
const runs = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0]?.state?.running !== undefined;

async function logOf(pod: Pod, options: Partial<LogOptions> = {}, container = 'main'): Promise<string> {
  let text = '';
  const signal = new AbortController().signal;
  const bytes = node.agent.podAccess.logs(reference(pod), container, { ...PLAIN, ...options }, signal);
  for await (const piece of bytes) text += Buffer.from(piece);
  return text;
}

test('a log can be cut, stamped and taken from before the restart', async () => {
  node = await TestNode.start();
  await node.createPod('talk', { containers: [container('main', 'echo one; echo two; sleep 5; exit 1')] });
  const pod = (await node.until('talk', (each) => restarts(each) === 1 && runs(each)))!;
  expect(await logOf(pod)).toBe('one\ntwo\n');
  expect(await logOf(pod, { tailLines: 1 })).toBe('two\n');
  expect(await logOf(pod, { limitBytes: 5 })).toBe('one\nt');
  expect(await logOf(pod, { previous: true })).toBe('one\ntwo\n');
  expect(await logOf(pod, { timestamps: true })).toMatch(/^2026-01-01T00:00:05\.000000000Z one\n/);
});

test('a sidecar that follows a file of a shared volume logs what is written there', async () => {
  node = await TestNode.start();
  const volumeMounts = [{ name: 'data', mountPath: '/opt' }];
  const script = 'sleep 1; echo one >> /opt/logs.txt; sleep 5; echo two >> /opt/logs.txt; sleep 60';
  await node.createPod('app', {
    initContainers: [
      container('shipper', 'tail -F /opt/logs.txt', { restartPolicy: 'Always', volumeMounts }),
    ],
    containers: [container('main', script, { volumeMounts })],
    volumes: [{ name: 'data', emptyDir: {} }],
  });
  const pod = (await node.until('app', runs))!;
  await node.api.clock.advance(2000);
  expect(await logOf(pod, {}, 'shipper')).toBe('one\n');
  await node.api.clock.advance(5000);
  expect(await logOf(pod, {}, 'shipper')).toBe('one\ntwo\n');
});

test('variables come from a file that an init container wrote', async () => {
  node = await TestNode.start();
  const setup = `printf "HOST='db'\\n" > /data/config.env`;
  const fileKeyRef = { volumeName: 'data', path: 'config.env', key: 'HOST' };
  await node.createPod('app', {
    initContainers: [container('setup', setup, { volumeMounts: [{ name: 'data', mountPath: '/data' }] })],
    containers: [
      container('main', 'printenv HOST; sleep 60', { env: [{ name: 'HOST', valueFrom: { fileKeyRef } }] }),
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  });
  const pod = (await node.until('app', runs))!;
  expect(await logOf(pod)).toBe('db\n');
});

test('a container that waits has no log yet', async () => {
  node = await TestNode.start();
  await node.createPod('lost', { containers: [container('main', undefined, { image: 'missing:1' })] });
  const pod = (await node.until('lost', (each) => each?.status?.containerStatuses !== undefined))!;
  await node.until(
    'lost',
    (each) => each?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImagePull',
  );
  await expect(logOf(pod)).rejects.toThrow(
    `container "main" in pod "lost" is waiting to start: image can't be pulled`,
  );
  await expect(logOf(pod, { previous: true })).rejects.toThrow(
    'previous terminated container "main" in pod "lost" not found',
  );
});

test('commands run in a container that runs', async () => {
  node = await TestNode.start();
  await node.createPod('web', {});
  const pod = (await node.until('web', runs))!;
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const resize = (async function* () {})();
  const streams = { stdin: undefined, stdout, stderr, resize, signal: new AbortController().signal };
  const result = await node.agent.podAccess.exec(reference(pod), 'main', ['hostname'], false, streams);
  expect(result).toEqual({ kind: 'exited', exitCode: 0 });
  expect(String(stdout.read())).toBe('web\n');
  await expect(node.agent.podAccess.exec(reference(pod), 'other', ['date'], false, streams)).rejects.toThrow(
    'container other is not valid for pod web',
  );
});
