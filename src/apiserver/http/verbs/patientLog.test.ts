import { expect, test } from 'vitest';
import { badRequest } from '../../../apimachinery/errors.ts';
import type { Pod } from '../../../generated/types.ts';
import { Pods, ServiceAccounts } from '../../../resources/kinds.ts';
import type { PodAccess } from '../../streams/podAccess.ts';
import { pod } from '../../testing/registry.ts';
import { jsonOf, startServer, TestSink } from '../../testing/server.ts';

const WAITING = 'container "main" in pod "web" is waiting to start: ContainerCreating';
const LOG = '/api/v1/namespaces/default/pods/web/log';
const ref = { name: 'web', namespace: 'default' };

/** A pod that its node has taken but not started, and a node whose logs say one line. */
async function waitingPod(annotations: Record<string, string>) {
  let isStarted = false;
  const access: Pick<PodAccess, 'logs'> = {
    async *logs() {
      if (!isStarted) throw badRequest(WAITING);
      yield Buffer.from('hello\n');
    },
  };
  const server = await startServer({ podAccessFor: () => access as PodAccess });
  await server.client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  await server.client.create(Pods, pod('web', { nodeName: 'n1' }, { annotations }));
  const start = async () => {
    isStarted = true;
    const main = { name: 'main', image: 'nginx', imageID: '', ready: true, restartCount: 0 };
    const status = { containerStatuses: [{ ...main, state: { running: {} } }] } as Pod['status'];
    await server.client.patch(Pods, ref, { type: 'merge', body: { status } }, { subresource: 'status' });
  };
  return { ...server, start };
}

/** Lets everything that is ready go on. */
const settled = () => new Promise(setImmediate);

async function follow({ send, clock }: Awaited<ReturnType<typeof waitingPod>>) {
  const answer = send('GET', `${LOG}?follow=true`);
  await clock.advance(1_000);
  const response = await answer;
  const sink = new TestSink();
  const cancel = response.stream?.(sink);
  return { response, sink, cancel };
}

test('with sampan.dev/wait-for-logs (#28746) who follows a log before it begins waits for it', async () => {
  const server = await waitingPod({ 'sampan.dev/wait-for-logs': 'true' });
  const { response, sink } = await follow(server);
  expect(response.status).toBe(200);
  expect(sink).toMatchObject({ text: '', isEnded: false });
  await server.start();
  await settled();
  expect(sink).toMatchObject({ text: 'hello\n', isEnded: true });
});

test('until the pod is deleted', async () => {
  const server = await waitingPod({ 'sampan.dev/wait-for-logs': 'true' });
  const { sink } = await follow(server);
  await server.client.delete(Pods, ref, { gracePeriodSeconds: 0 });
  await settled();
  expect(sink.text).toBe('pod web was deleted before it had a log\n');
  expect(sink.isEnded).toBe(true);
});

test('a client that goes away waits no longer', async () => {
  const server = await waitingPod({ 'sampan.dev/wait-for-logs': 'true' });
  const { sink, cancel } = await follow(server);
  cancel?.();
  await settled();
  expect(sink.isEnded).toBe(true);
});

test('without the annotation, and without following, it is refused as upstream does', async () => {
  const plain = await follow(await waitingPod({}));
  expect(jsonOf(plain.response).message).toBe(WAITING);
  const { send } = await waitingPod({ 'sampan.dev/wait-for-logs': 'true' });
  expect(jsonOf(await send('GET', LOG)).message).toBe(WAITING);
});
