import { expect, test } from 'vitest';
import { startServer, TestSink } from '../../testing/server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

async function watching(query: string, accept?: string) {
  const started = await startServer();
  await started.send('POST', MAPS, { body: configMap('a') });
  const { stream } = await started.send(
    'GET',
    `${MAPS}?watch=true&${query}`,
    accept ? { headers: { accept } } : {},
  );
  const sink = new TestSink();
  const stop = stream!(sink);
  return { ...started, sink, stop };
}

const summary = ({ type, object }: { type: string; object: { kind: string; metadata: { name?: string } } }) =>
  `${type} ${object.metadata.name ?? object.kind}`;

test('what there is comes first, then each change', async () => {
  const { send, sink } = await watching('');
  await send('POST', MAPS, { body: configMap('b') });
  await send('DELETE', `${MAPS}/a`);
  expect(sink.events.map(summary)).toEqual(['ADDED a', 'ADDED b', 'DELETED a']);
});

test('initial events end with a bookmark that says so', async () => {
  const { sink } = await watching(
    'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
  );
  expect(sink.events.map(summary)).toEqual(['ADDED a', 'BOOKMARK ConfigMap']);
  expect(sink.events[1].object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
});

test('bookmarks come every minute to who wants them', async () => {
  const { sink, clock, store } = await watching('resourceVersion=3&allowWatchBookmarks=true');
  await clock.advance(60_000);
  expect(sink.events).toMatchObject([
    { type: 'BOOKMARK', object: { metadata: { resourceVersion: String(store.revision) } } },
  ]);
});

test('a watch ends when its time is over', async () => {
  const { sink, clock } = await watching('timeoutSeconds=5');
  await clock.advance(4_999);
  expect(sink.isEnded).toBe(false);
  await clock.advance(1);
  expect(sink.isEnded).toBe(true);
});

test('nothing is sent after the client is gone', async () => {
  const { send, sink, stop } = await watching('resourceVersion=3');
  stop();
  await send('POST', MAPS, { body: configMap('b') });
  expect(sink.text).toBe('');
});

test('a version that is compacted away is an event of type ERROR with 410', async () => {
  const { send, store } = await watching('');
  await store.compact(store.revision);
  const { stream } = await send('GET', `${MAPS}?watch=true&resourceVersion=1`);
  const late = new TestSink();
  stream!(late);
  expect(late.events).toMatchObject([
    { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
  ]);
  expect(late.isEnded).toBe(true);
});

test('tables name their columns once', async () => {
  const { send, sink } = await watching('', 'application/json;as=Table;v=v1;g=meta.k8s.io');
  await send('POST', MAPS, { body: configMap('b') });
  const [first, second] = sink.events;
  expect(first.object.columnDefinitions).toHaveLength(3);
  expect(second.object.columnDefinitions).toBeNull();
  expect(second.object.rows[0].cells[0]).toBe('b');
});

test('options that contradict each other are refused', async () => {
  const { send } = await startServer();
  const { status, body } = await send('GET', `${MAPS}?watch=true&sendInitialEvents=true`);
  expect(status).toBe(422);
  expect(Buffer.from(body!).toString()).toContain(
    'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  );
});
