import { afterAll, beforeAll, expect, test } from 'vitest';
import { isStatusError, type StatusReason } from '../apimachinery/errors.ts';
import type { ConfigMap, Eviction, Pod } from '../generated/types.ts';
import { ConfigMaps, Namespaces, Nodes, Pods, ServiceAccounts } from '../resources/kinds.ts';
import { type Client, type Patch, refOf } from './client.ts';
import { recordWatch } from './testing/recordWatch.ts';

/** An API server with the namespace `default`, as its administrator sees it. */
export interface ServerHome {
  readonly client: Client;
  /** Forgets all history until now. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/** What every client promises, whatever carries it. Each implementation passes this very suite. */
export function clientContract(openHome: () => Promise<ServerHome>): void {
  let home: ServerHome;
  let client: Client;
  let named = 0;

  beforeAll(async () => {
    home = await openHome();
    client = home.client;
    await client.create(ServiceAccounts, { metadata: inDefault('default') });
  });
  afterAll(() => home.close());

  /** Each test has objects of its own. */
  const newName = () => `object-${++named}`;
  const inDefault = (name: string) => ({ name, namespace: 'default' });
  const newConfigMap = (rest: Partial<ConfigMap> = {}): ConfigMap => ({
    ...rest,
    metadata: { ...inDefault(newName()), ...rest.metadata },
  });
  const create = (rest: Partial<ConfigMap> = {}) => client.create(ConfigMaps, newConfigMap(rest));
  const newPod = (): Pod => ({
    metadata: inDefault(newName()),
    spec: { containers: [{ name: 'main', image: 'nginx' }] },
  });

  async function expectStatus(
    request: Promise<unknown>,
    reason: StatusReason,
    message: string,
  ): Promise<void> {
    const error: unknown = await request.then(
      () => undefined,
      (failure) => failure,
    );
    expect(isStatusError(error, reason) && error.message).toBe(message);
  }

  test('what is created is read back as it was, whatever letters it has', async () => {
    const data = { greeting: 'grüezi 👋 \u2028', __proto__key: 'x' };
    const created = await create({ data });
    const read = await client.get(ConfigMaps, refOf(created));
    expect(read).toEqual(created);
    expect(read.data).toEqual(data);
    expect(read).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  });

  test('a name can be left to the server', async () => {
    const created = await client.create(ConfigMaps, {
      metadata: { generateName: 'gen-', namespace: 'default' },
    });
    expect(created.metadata.name).toMatch(/^gen-[a-z0-9]{5}$/);
  });

  test('failures are those of the API, in its words', async () => {
    const existing = await create();
    const { name } = existing.metadata;
    await expectStatus(
      client.get(ConfigMaps, inDefault('nobody')),
      'NotFound',
      'configmaps "nobody" not found',
    );
    await expectStatus(
      client.create(ConfigMaps, { metadata: inDefault(name!) }),
      'AlreadyExists',
      `configmaps "${name}" already exists`,
    );
    await expectStatus(
      client.create(Namespaces, { metadata: { name: 'No' }, spec: {} }).catch((error) => {
        expect(error.details.causes[0].field).toBe('metadata.name');
        throw error;
      }),
      'Invalid',
      `Namespace "No" is invalid: metadata.name: Invalid value: "No": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    );
  });

  test('an update of an older version is a conflict, one of the newest is not', async () => {
    const first = await create({ data: { a: '1' } });
    const second = await client.update(ConfigMaps, { ...first, data: { a: '2' } });
    expect(second.data).toEqual({ a: '2' });
    await expectStatus(
      client.update(ConfigMaps, { ...first, data: { a: '3' } }),
      'Conflict',
      `Operation cannot be fulfilled on configmaps "${first.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
    );
  });

  const patches: Record<string, Patch> = {
    json: { type: 'json', body: [{ op: 'add', path: '/data/b', value: '2' }] },
    merge: { type: 'merge', body: { data: { b: '2' } } },
    strategic: { type: 'strategic', body: { data: { b: '2' } } },
    apply: { type: 'apply', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { b: '2' } } },
  };
  for (const [name, patch] of Object.entries(patches)) {
    test(`a patch of type ${name} changes what it names`, async () => {
      const before = await create({ data: { a: '1' } });
      const after = await client.patch(ConfigMaps, refOf(before), patch, { fieldManager: 'tester' });
      expect(after.data).toEqual({ a: '1', b: '2' });
    });
  }

  test('what is applied belongs to its manager, who may be overruled by force only', async () => {
    const ref = inDefault(newName());
    const patch = (value: string): Patch => ({
      type: 'apply',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref, data: { owner: value } },
    });
    await client
      .as({ user: 'alice', groups: ['system:masters'], manager: 'alice' })
      .patch(ConfigMaps, ref, patch('alice'));
    const bob = client.as({ user: 'bob', groups: ['system:masters'] });
    await expect(bob.patch(ConfigMaps, ref, patch('bob'))).rejects.toMatchObject({ reason: 'Conflict' });
    const { data, metadata } = await bob.patch(ConfigMaps, ref, patch('bob'), { force: true });
    expect(data).toEqual({ owner: 'bob' });
    expect(metadata.managedFields?.map(({ manager }) => manager)).toContain('bob');
  });

  test('a dry run changes nothing', async () => {
    const wanted = newConfigMap();
    await client.create(ConfigMaps, wanted, { dryRun: true });
    await expect(client.get(ConfigMaps, refOf(wanted))).rejects.toMatchObject({ reason: 'NotFound' });
  });

  test('the status is written by itself', async () => {
    const pod = await client.create(Pods, newPod());
    const status = { ...pod.status, message: 'as told' };
    await client.update(Pods, { ...pod, status }, { subresource: 'status' });
    const patch: Patch = { type: 'merge', body: { status: { reason: 'Told' } } };
    const after = await client.patch(Pods, refOf(pod), patch, { subresource: 'status' });
    expect(after.status).toMatchObject({ message: 'as told', reason: 'Told' });
  });

  test('a deletion tells whether the object is gone or waits', async () => {
    const plain = await create();
    expect(await client.delete(ConfigMaps, refOf(plain))).toBeUndefined();
    const held = await create({ metadata: { finalizers: ['example.com/hold'] } });
    const waiting = await client.delete(ConfigMaps, refOf(held));
    expect(waiting?.metadata.deletionTimestamp).toBeDefined();
    const pod = await client.create(Pods, newPod());
    expect(await client.delete(Pods, refOf(pod))).toBeUndefined();
    const bound = await client.create(Pods, { ...newPod(), spec: { ...newPod().spec, nodeName: 'node01' } });
    expect((await client.delete(Pods, refOf(bound)))?.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(await client.delete(Pods, refOf(bound), { gracePeriodSeconds: 0 })).toBeUndefined();
    const namespace = await client.create(Namespaces, { metadata: { name: newName() }, spec: {} });
    expect((await client.delete(Namespaces, refOf(namespace)))?.metadata.deletionTimestamp).toBeDefined();
  });

  test('a deletion of another life of the object is a conflict', async () => {
    const object = await create();
    const deletion = client.delete(ConfigMaps, refOf(object), { preconditions: { uid: 'another' } });
    await expect(deletion).rejects.toMatchObject({ reason: 'Conflict', code: 409 });
  });

  test('a list shows what is selected, page by page if so asked', async () => {
    const labels = { list: newName() };
    const [one, two, three] = [
      await create({ metadata: { labels } }),
      await create({ metadata: { labels } }),
      await create(),
    ];
    const labelSelector = `list=${labels.list}`;
    const { items } = await client.list(ConfigMaps, { labelSelector });
    expect(items).toEqual([one, two]);
    const byName = await client.list(ConfigMaps, {
      namespace: 'default',
      fieldSelector: `metadata.name=${three.metadata.name}`,
    });
    expect(byName.items).toEqual([three]);
    const first = await client.list(ConfigMaps, { labelSelector, limit: 1 });
    expect(first.items).toEqual([one]);
    const rest = await client.list(ConfigMaps, { labelSelector, limit: 1, continue: first.continue! });
    expect([rest.items, rest.resourceVersion]).toEqual([[two], first.resourceVersion]);
  });

  test('a watch tells every change after its version, in order', async () => {
    const { resourceVersion } = await client.list(ConfigMaps);
    const object = await create({ data: { step: '1' } });
    const watch = recordWatch(client, ConfigMaps, { namespace: 'default', resourceVersion });
    await client.update(ConfigMaps, { ...object, data: { step: '2' } });
    await client.delete(ConfigMaps, refOf(object));
    await watch.until(() => watch.changes.length === 3);
    expect(watch.changes.map(({ type, object }) => [type, object.data?.step])).toEqual([
      ['ADDED', '1'],
      ['MODIFIED', '2'],
      ['DELETED', '2'],
    ]);
    watch.stop();
  });

  test('an object that leaves the selection is deleted, for who watches', async () => {
    const labels = { watched: newName() };
    const object = await create({ metadata: { labels } });
    const { resourceVersion = '' } = object.metadata;
    const watch = recordWatch(client, ConfigMaps, {
      resourceVersion,
      labelSelector: `watched=${labels.watched}`,
    });
    await client.patch(ConfigMaps, refOf(object), {
      type: 'merge',
      body: { metadata: { labels: { watched: 'no' } } },
    });
    await watch.until(() => watch.changes.length === 1);
    expect(watch.changes[0]?.type).toBe('DELETED');
    watch.stop();
  });

  test('a watch from a version that is forgotten ends with Expired', async () => {
    const { metadata } = await create();
    await create();
    await home.compact();
    await create();
    const watch = recordWatch(client, ConfigMaps, {
      resourceVersion: String(Number(metadata.resourceVersion) - 1),
    });
    await watch.until(() => watch.hasEnded);
    expect(isStatusError(watch.error, 'Expired')).toBe(true);
  });

  test('a watch that is stopped says no more', async () => {
    const { resourceVersion } = await client.list(ConfigMaps);
    const stopped = recordWatch(client, ConfigMaps, { resourceVersion });
    const other = recordWatch(client, ConfigMaps, { resourceVersion });
    stopped.stop();
    await create();
    await other.until(() => other.changes.length === 1);
    other.stop();
    expect([stopped.changes, stopped.hasEnded]).toEqual([[], false]);
  });

  test('a pod is bound to a node, and evicted from it', async () => {
    const node = await client.create(Nodes, { metadata: { name: newName() }, spec: {} });
    const pod = await client.create(Pods, newPod());
    const target = { apiVersion: 'v1', kind: 'Node', name: node.metadata.name! };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: pod.metadata, target };
    await client.createSubresource(Pods, refOf(pod), 'binding', binding);
    expect((await client.get(Pods, refOf(pod))).spec.nodeName).toBe(node.metadata.name);
    const eviction: Eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: pod.metadata };
    await client.createSubresource(Pods, refOf(pod), 'eviction', eviction);
    expect((await client.get(Pods, refOf(pod))).metadata.deletionTimestamp).toBeDefined();
  });
}
