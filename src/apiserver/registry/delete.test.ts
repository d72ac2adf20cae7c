import { expect, test } from 'vitest';
import { ConfigMaps, Namespaces } from '../../resources/kinds.ts';
import { failure } from '../testing/failure.ts';
import { configMap, namespace, startRegistry } from '../testing/registry.ts';

const ref = (name: string) => ({ name, namespace: 'default' });

const withFinalizer = configMap('a', {
  metadata: { name: 'a', namespace: 'default', finalizers: ['x.y/z'] },
});

test('an object without finalizers is gone at once', async () => {
  const { client } = await startRegistry();
  await client.create(ConfigMaps, configMap('a'));
  expect(await client.delete(ConfigMaps, ref('a'))).toBeUndefined();
  expect(await failure(client.get(ConfigMaps, ref('a')))).toBe('404 NotFound: configmaps "a" not found');
});

test('finalizers hold an object until the last is gone', async () => {
  const { client } = await startRegistry();
  await client.create(ConfigMaps, withFinalizer);
  const marked = await client.delete(ConfigMaps, ref('a'));
  expect(marked?.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:00Z',
    deletionGracePeriodSeconds: 0,
  });
  await client.update(ConfigMaps, configMap('a'));
  expect(await failure(client.get(ConfigMaps, ref('a')))).toContain('not found');
});

const finalizers: Record<string, { options: object; want: string[] | undefined }> = {
  'foreground deletion waits for dependents': {
    options: { propagationPolicy: 'Foreground' },
    want: ['foregroundDeletion'],
  },
  'orphaning waits until dependents are let go': {
    options: { propagationPolicy: 'Orphan' },
    want: ['orphan'],
  },
  'orphanDependents is the old word for it': { options: { orphanDependents: true }, want: ['orphan'] },
  'background deletion waits for nothing': {
    options: { propagationPolicy: 'Background' },
    want: undefined,
  },
};
for (const [name, { options, want }] of Object.entries(finalizers)) {
  test(name, async () => {
    const { client } = await startRegistry();
    await client.create(ConfigMaps, configMap('a'));
    const marked = await client.delete(ConfigMaps, ref('a'), options);
    expect(marked?.metadata.finalizers).toEqual(want);
  });
}

test('a precondition that does not hold is a conflict', async () => {
  const { client } = await startRegistry();
  const { metadata } = await client.create(ConfigMaps, configMap('a'));
  expect(await failure(client.delete(ConfigMaps, ref('a'), { preconditions: { uid: 'other' } }))).toBe(
    `409 Conflict: Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (other) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
  );
});

test('a namespace stays, terminating, until its content is gone', async () => {
  const { client } = await startRegistry();
  await client.create(Namespaces, namespace('a'));
  const marked = await client.delete(Namespaces, { name: 'a' });
  expect(marked?.status?.phase).toBe('Terminating');
  await client.update(Namespaces, { metadata: { name: 'a' }, spec: {} }, { subresource: 'finalize' });
  expect(await failure(client.get(Namespaces, { name: 'a' }))).toBe('404 NotFound: namespaces "a" not found');
});
