import { describe, expect, test } from 'vitest';
import { isStatusError } from '../../apimachinery/errors.ts';
import type { Binding, Pod } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { pod, startRegistry } from '../testing/registry.ts';

const ref = { name: 'a', namespace: 'default' };
type Client = Awaited<ReturnType<typeof startRegistry>>['client'];

const message = (error: unknown) => (isStatusError(error) ? `${error.code} ${error.message}` : String(error));
const bind = (client: Client, node: string) => {
  const binding: Binding = { metadata: ref, target: { kind: 'Node', name: node } };
  return client.createSubresource(Pods, ref, 'binding', binding);
};
const setPhase = async (client: Client, phase: string) => {
  const stored = await client.get(Pods, ref);
  return client.update(Pods, { ...stored, status: { ...stored.status, phase } }, { subresource: 'status' });
};
async function withPod(node?: string, metadata: Pod['metadata'] = {}) {
  const started = await startRegistry();
  await started.client.create(Pods, pod('a', {}, metadata));
  if (node) await bind(started.client, node);
  return started;
}

describe('deletion', () => {
  test('a pod without a node is gone at once', async () => {
    const { client } = await withPod();
    expect(await client.delete(Pods, ref)).toBeUndefined();
  });

  test('a pod on a node gets its grace period', async () => {
    const { client } = await withPod('n1');
    const { metadata } = (await client.delete(Pods, ref))!;
    expect(metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:30Z',
      deletionGracePeriodSeconds: 30,
    });
  });

  test('the grace period can be made shorter, not longer', async () => {
    const { client } = await withPod('n1');
    await client.delete(Pods, ref);
    const longer = await client.delete(Pods, ref, { gracePeriodSeconds: 60 });
    expect(longer?.metadata.deletionGracePeriodSeconds).toBe(30);
    const shorter = await client.delete(Pods, ref, { gracePeriodSeconds: 5 });
    expect(shorter?.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:05Z',
      deletionGracePeriodSeconds: 5,
    });
  });

  test('the node agent ends it with a grace period of 0', async () => {
    const { client } = await withPod('n1');
    await client.delete(Pods, ref);
    expect(await client.delete(Pods, ref, { gracePeriodSeconds: 0 })).toBeUndefined();
  });

  test('a pod that has ended has nothing to wait for', async () => {
    const { client } = await withPod('n1');
    await setPhase(client, 'Succeeded');
    expect(await client.delete(Pods, ref)).toBeUndefined();
  });

  test('finalizers hold a pod whose grace period is over', async () => {
    const { client } = await withPod('n1', { finalizers: ['a.b/c'] });
    await client.delete(Pods, ref);
    const held = await client.delete(Pods, ref, { gracePeriodSeconds: 0 });
    expect(held?.metadata.deletionGracePeriodSeconds).toBe(0);
    const patch = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
    await client.patch(Pods, ref, patch);
    await expect(client.get(Pods, ref)).rejects.toThrow('not found');
  });
});

describe('binding', () => {
  test('gives the pod its node and says so in a condition', async () => {
    const { client } = await withPod('n1');
    const { spec, status } = await client.get(Pods, ref);
    expect(spec.nodeName).toBe('n1');
    expect(status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
  });

  test('happens once', async () => {
    const { client } = await withPod('n1');
    expect(await bind(client, 'n2').catch(message)).toBe(
      '409 Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "n1"',
    );
  });

  test('of two at the same time one wins', async () => {
    const { client } = await withPod();
    const outcomes = await Promise.allSettled([bind(client, 'n1'), bind(client, 'n2')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('status', () => {
  test('a status update leaves the spec alone, and an update the status', async () => {
    const { client } = await withPod('n1');
    const stored = await client.get(Pods, ref);
    const changed = { ...stored, spec: { ...stored.spec, nodeName: 'n2' }, status: { phase: 'Running' } };
    const updated = await client.update(Pods, changed, { subresource: 'status' });
    expect([updated.spec.nodeName, updated.status?.phase]).toEqual(['n1', 'Running']);
    const labelled = {
      ...updated,
      metadata: { ...updated.metadata, labels: { a: 'b' } },
      status: { phase: 'Failed' },
    };
    expect((await client.update(Pods, labelled)).status?.phase).toBe('Running');
  });

  test('a status that changes nothing writes nothing', async () => {
    const { client, store } = await withPod('n1');
    await setPhase(client, 'Running');
    const before = store.revision;
    await setPhase(client, 'Running');
    expect(store.revision).toBe(before);
  });
});

describe('watching one node', () => {
  test('a pod arrives when it is bound, and leaves when it is gone', async () => {
    const { client } = await startRegistry();
    const seen: string[] = [];
    client.watch(
      Pods,
      { resourceVersion: '', fieldSelector: 'spec.nodeName=n1' },
      {
        onChanges: (changes) => seen.push(...changes.map(({ type }) => type)),
        onEnd: () => {},
      },
    );
    await client.create(Pods, pod('a'));
    await bind(client, 'n1');
    await client.delete(Pods, ref, { gracePeriodSeconds: 0 });
    expect(seen).toEqual(['ADDED', 'DELETED']);
  });
});
