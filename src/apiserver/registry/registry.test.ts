import { describe, expect, test } from 'vitest';
import { isStatusError } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { WatchChange } from '../../client/client.ts';
import type { ConfigMap } from '../../generated/types.ts';
import { ConfigMaps, Namespaces } from '../../resources/kinds.ts';
import { configMap, namespace, startRegistry } from '../testing/registry.ts';

type Client = Awaited<ReturnType<typeof startRegistry>>['client'];

/** What a request that must fail says. */
const failure = async (request: Promise<unknown>): Promise<string> => {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isStatusError(error) ? `${error.code} ${error.reason}: ${error.message}` : `no failure: ${error}`;
};

const ref = (name: string) => ({ name, namespace: 'default' });

describe('create', () => {
  test('the server sets what only it may set', async () => {
    const { client } = await startRegistry();
    const created = await client.create(ConfigMaps, {
      ...configMap('a'),
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: 'mine',
        generation: 7,
        deletionTimestamp: '2020-01-01T00:00:00Z' as never,
      },
    });
    expect(created).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        creationTimestamp: '2026-01-01T00:00:00Z',
        resourceVersion: expect.stringMatching(/^\d+$/),
      },
    });
    expect(created.metadata.uid).not.toBe('mine');
  });

  test('a name is generated from its prefix', async () => {
    const { client } = await startRegistry();
    const { metadata } = await client.create(ConfigMaps, {
      metadata: { generateName: 'a-', namespace: 'default' },
    });
    expect(metadata.name).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  const refusals: Record<
    string,
    { prepare?: (client: Client) => Promise<unknown>; object: ConfigMap; want: string }
  > = {
    'a name that is taken': {
      prepare: (client) => client.create(ConfigMaps, configMap('a')),
      object: configMap('a'),
      want: '409 AlreadyExists: configmaps "a" already exists',
    },
    'a name whose holder is being deleted': {
      async prepare(client) {
        await client.create(
          ConfigMaps,
          configMap('a', { metadata: { name: 'a', namespace: 'default', finalizers: ['x.y/z'] } }),
        );
        await client.delete(ConfigMaps, ref('a'));
      },
      object: configMap('a'),
      want: '409 AlreadyExists: object is being deleted: configmaps "a" already exists',
    },
    'a namespace that is not there': {
      object: { metadata: { name: 'a', namespace: 'gone' } },
      want: '404 NotFound: namespaces "gone" not found',
    },
    'a namespace that is terminating': {
      async prepare(client) {
        await client.create(Namespaces, namespace('leaving'));
        await client.delete(Namespaces, { name: 'leaving' });
      },
      object: { metadata: { name: 'a', namespace: 'leaving' } },
      want: '403 Forbidden: configmaps "a" is forbidden: unable to create new content in namespace leaving because it is being terminated',
    },
    'a resourceVersion': {
      object: { metadata: { name: 'a', namespace: 'default', resourceVersion: '5' } },
      want: '400 BadRequest: resourceVersion should not be set on objects to be created',
    },
    'no name at all': {
      object: { metadata: { namespace: 'default' } },
      want: '422 Invalid: ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    },
  };
  for (const [name, { prepare, object, want }] of Object.entries(refusals)) {
    test(`${name} is refused`, async () => {
      const { client } = await startRegistry();
      await prepare?.(client);
      expect(await failure(client.create(ConfigMaps, object))).toBe(want);
    });
  }

  test('a dry run answers as if, and stores nothing', async () => {
    const { client, store } = await startRegistry();
    const before = store.revision;
    const answer = await client.create(ConfigMaps, configMap('a'), { dryRun: true });
    expect(answer.metadata.uid).toBeDefined();
    expect(store.revision).toBe(before);
  });
});

describe('update', () => {
  test('the stored version is replaced, what only the server sets stays', async () => {
    const { client } = await startRegistry();
    const created = await client.create(ConfigMaps, configMap('a'));
    const updated = await client.update(ConfigMaps, configMap('a', { data: { key: 'value' } }));
    expect(updated.data).toEqual({ key: 'value' });
    expect(updated.metadata.uid).toBe(created.metadata.uid);
    expect(updated.metadata.creationTimestamp).toBe(created.metadata.creationTimestamp);
    expect(Number(updated.metadata.resourceVersion)).toBeGreaterThan(
      Number(created.metadata.resourceVersion),
    );
  });

  test('an update that changes nothing writes nothing', async () => {
    const { client, store } = await startRegistry();
    const created = await client.create(ConfigMaps, configMap('a', { data: { key: 'value' } }));
    const before = store.revision;
    const updated = await client.update(ConfigMaps, configMap('a', { data: { key: 'value' } }));
    expect(updated.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    expect(store.revision).toBe(before);
  });

  test('a stale version is refused', async () => {
    const { client } = await startRegistry();
    const created = await client.create(ConfigMaps, configMap('a'));
    await client.update(ConfigMaps, configMap('a', { data: { key: 'value' } }));
    expect(await failure(client.update(ConfigMaps, { ...created, data: {} }))).toBe(
      '409 Conflict: Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  test('of many writers of one version one wins', async () => {
    const { client } = await startRegistry();
    const created = await client.create(ConfigMaps, configMap('a'));
    const writes = ['1', '2', '3', '4'].map((key) =>
      client.update(ConfigMaps, { ...created, data: { key } }),
    );
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
  });

  test('patches of many writers all arrive', async () => {
    const { client } = await startRegistry();
    await client.create(ConfigMaps, configMap('a'));
    const keys = ['1', '2', '3', '4', '5', '6', '7', '8'];
    await Promise.all(
      keys.map((key) =>
        client.patch(ConfigMaps, ref('a'), { type: 'merge', body: { data: { [key]: 'x' } } }),
      ),
    );
    expect(Object.keys((await client.get(ConfigMaps, ref('a'))).data!)).toEqual(keys);
  });

  test('a missing object is not found', async () => {
    const { client } = await startRegistry();
    expect(await failure(client.update(ConfigMaps, configMap('a')))).toBe(
      '404 NotFound: configmaps "a" not found',
    );
  });
});

describe('delete', () => {
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
    expect(await failure(client.get(Namespaces, { name: 'a' }))).toBe(
      '404 NotFound: namespaces "a" not found',
    );
  });
});

describe('list', () => {
  async function withMaps(...names: string[]) {
    const started = await startRegistry();
    for (const name of names) {
      await started.client.create(
        ConfigMaps,
        configMap(name, { metadata: { name, namespace: 'default', labels: { name } } }),
      );
    }
    return started;
  }
  const names = (items: readonly KubernetesObject[]) => items.map(({ metadata }) => metadata.name).join(' ');

  test('pages join to the whole, as it was at the first', async () => {
    const { client } = await withMaps('a', 'b', 'c', 'd', 'e');
    const first = await client.list(ConfigMaps, { limit: 2 });
    await client.delete(ConfigMaps, ref('d'));
    const second = await client.list(ConfigMaps, { limit: 2, continue: first.continue! });
    const third = await client.list(ConfigMaps, { limit: 2, continue: second.continue! });
    expect([first, second, third].map(({ items }) => names(items))).toEqual(['a b', 'c d', 'e']);
    expect(third.continue).toBeUndefined();
    expect(second.resourceVersion).toBe(first.resourceVersion);
  });

  const selections: Record<string, { query: object; want: string }> = {
    'by label': { query: { labelSelector: 'name in (a,c)' }, want: 'a c' },
    'by name': { query: { fieldSelector: 'metadata.name=b' }, want: 'b' },
    'by name that is not there': { query: { fieldSelector: 'metadata.name=z' }, want: '' },
    'by what it is not': { query: { fieldSelector: 'metadata.name!=b' }, want: 'a c d' },
    'with a limit that ends exactly at the last match': {
      query: { labelSelector: 'name in (a,d)', limit: 2 },
      want: 'a d',
    },
  };
  for (const [name, { query, want }] of Object.entries(selections)) {
    test(`selected ${name}`, async () => {
      const { client } = await withMaps('a', 'b', 'c', 'd');
      const { items, continue: token } = await client.list(ConfigMaps, { namespace: 'default', ...query });
      expect(names(items)).toBe(want);
      expect(token).toBeUndefined();
    });
  }

  const refusals: Record<string, { query: object; want: string }> = {
    'an unknown field': {
      query: { fieldSelector: 'spec.nodeName=x' },
      want: '400 BadRequest: "spec.nodeName" is not a known field selector: only "metadata.name", "metadata.namespace"',
    },
    'a token that is none': {
      query: { continue: 'xx' },
      want: '400 BadRequest: continue key is not valid: illegal base64 data',
    },
  };
  for (const [name, { query, want }] of Object.entries(refusals)) {
    test(`${name} is refused`, async () => {
      const { client } = await startRegistry();
      expect(await failure(client.list(ConfigMaps, query))).toBe(want);
    });
  }

  test('after compaction the token goes on with the present', async () => {
    const { client, store } = await withMaps('a', 'b', 'c');
    const first = await client.list(ConfigMaps, { limit: 1 });
    await client.delete(ConfigMaps, ref('b'));
    await store.compact(store.revision);
    const error = await client
      .list(ConfigMaps, { limit: 1, continue: first.continue! })
      .catch((reason) => reason);
    const { code, reason, metadata } = error.toStatus();
    expect({ code, reason }).toEqual({ code: 410, reason: 'Expired' });
    const rest = await client.list(ConfigMaps, { continue: metadata.continue });
    expect(names(rest.items)).toBe('c');
  });
});

describe('watch', () => {
  function watching(client: Client, options: object = {}) {
    const seen: string[] = [];
    const ended = Promise.withResolvers<unknown>();
    const handle = client.watch(
      ConfigMaps,
      { resourceVersion: '', namespace: 'default', ...options },
      {
        onChanges: (changes) => seen.push(...changes.map(inWords)),
        onEnd: ended.resolve,
      },
    );
    return { seen, handle, ended: ended.promise };
  }
  const inWords = (change: WatchChange<ConfigMap>) =>
    change.type === 'BOOKMARK' ? change.type : `${change.type} ${change.object.metadata.name}`;
  const labelled = (name: string, color: string) =>
    configMap(name, { metadata: { name, namespace: 'default', labels: { color } } });

  test('without a version, what there is comes first', async () => {
    const { client } = await startRegistry();
    await client.create(ConfigMaps, configMap('a'));
    const { seen } = watching(client);
    await client.create(ConfigMaps, configMap('b'));
    await client.update(ConfigMaps, configMap('a', { data: { key: 'x' } }));
    await client.delete(ConfigMaps, ref('a'));
    expect(seen).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED a']);
  });

  test('from a version, only what came after it', async () => {
    const { client } = await startRegistry();
    const { metadata } = await client.create(ConfigMaps, configMap('a'));
    await client.create(ConfigMaps, configMap('b'));
    const { seen } = watching(client, { resourceVersion: metadata.resourceVersion });
    await client.create(ConfigMaps, configMap('c'));
    expect(seen).toEqual(['ADDED b', 'ADDED c']);
  });

  test('an object enters and leaves a selection', async () => {
    const { client } = await startRegistry();
    const { seen } = watching(client, { labelSelector: 'color=red' });
    for (const color of ['blue', 'red', 'red', 'blue', 'red']) {
      await client
        .update(ConfigMaps, labelled('a', color))
        .catch(() => client.create(ConfigMaps, labelled('a', color)));
      await client.update(ConfigMaps, { ...labelled('a', color), data: { color } });
    }
    await client.delete(ConfigMaps, ref('a'));
    expect(seen).toEqual([
      'ADDED a',
      'MODIFIED a',
      'MODIFIED a',
      'MODIFIED a',
      'DELETED a',
      'ADDED a',
      'MODIFIED a',
      'DELETED a',
    ]);
  });

  test('a selection by name hears of nothing else', async () => {
    const { client } = await startRegistry();
    const { seen } = watching(client, { fieldSelector: 'metadata.name=a' });
    await client.create(ConfigMaps, configMap('b'));
    await client.create(ConfigMaps, configMap('a'));
    expect(seen).toEqual(['ADDED a']);
  });

  test('another namespace is not heard of', async () => {
    const { client } = await startRegistry();
    await client.create(Namespaces, namespace('other'));
    const { seen } = watching(client);
    await client.create(ConfigMaps, { metadata: { name: 'a', namespace: 'other' } });
    expect(seen).toEqual([]);
  });

  test('a watch that is stopped hears nothing more', async () => {
    const { client } = await startRegistry();
    const { seen, handle } = watching(client);
    handle.stop();
    await client.create(ConfigMaps, configMap('a'));
    expect(seen).toEqual([]);
  });

  test('a version that is compacted away ends the watch with 410', async () => {
    const { client, store } = await startRegistry();
    await client.create(ConfigMaps, configMap('a'));
    await store.compact(store.revision);
    const { ended } = watching(client, { resourceVersion: '1' });
    expect(await ended).toMatchObject({ code: 410, reason: 'Expired' });
  });
});
