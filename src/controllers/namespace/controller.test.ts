import { expect, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import { ConfigMaps, Namespaces, Pods } from '../../resources/kinds.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { NamespaceController } from './controller.ts';

const controllers: Controllers = (context, run) => run(new NamespaceController(context, [ConfigMaps, Pods]));

async function makeNamespace(client: Client, finalizers: string[] = []) {
  await client.create(Namespaces, { metadata: { name: 'team' }, spec: {} });
  await client.create(ConfigMaps, { metadata: { name: 'settings', namespace: 'team' } });
  const spec = { containers: [{ name: 'main', image: 'nginx' }] };
  await client.create(Pods, { metadata: { name: 'a', namespace: 'team', finalizers }, spec });
}
const namespaces = async ({ client }: TestCluster) =>
  (await client.list(Namespaces)).items.map(({ metadata }) => metadata.name);

test('a namespace goes with all that is in it, after whichever write the controller falls', async () => {
  const ends = await endOfEachCrash(
    () => ({}),
    controllers,
    async ({ client, clock }) => {
      await makeNamespace(client);
      await clock.advance(1_000);
      await client.delete(Namespaces, { name: 'team' });
      await clock.advance(60_000);
    },
    async (cluster) => [
      ...(await namespaces(cluster)),
      ...(await cluster.client.list(ConfigMaps)).items,
      ...(await cluster.client.list(Pods)).items,
    ],
  );
  expect(ends.length).toBeGreaterThan(3);
  for (const end of ends) expect(end).toEqual(['default']);
});

test('while a pod is held back the rest stays, and the conditions say why', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await makeNamespace(client, ['example.com/slow']);
  await clock.advance(1_000);
  await client.delete(Namespaces, { name: 'team' });
  await clock.advance(60_000);
  expect((await client.list(ConfigMaps)).items.length).toBe(1);
  const { status } = await client.get(Namespaces, { name: 'team' });
  expect(status?.conditions?.map(({ type, status, message }) => `${type}=${status} ${message}`)).toEqual([
    'NamespaceDeletionDiscoveryFailure=False All resources successfully discovered',
    'NamespaceDeletionGroupVersionParsingFailure=False All legacy kube types successfully parsed',
    'NamespaceDeletionContentFailure=False All content successfully deleted, may be waiting on finalization',
    'NamespaceContentRemaining=True Some resources are remaining: pods. has 1 resource instances',
    'NamespaceFinalizersRemaining=True Some content in the namespace has finalizers remaining: example.com/slow in 1 resource instances',
  ]);
  const release = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  await client.patch(Pods, { name: 'a', namespace: 'team' }, release);
  await clock.advance(2_000);
  expect(await namespaces(cluster)).toEqual(['default']);
});

test('when all is gone the conditions say so, though another finalizer still holds the namespace', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await makeNamespace(client, ['example.com/slow']);
  const hold = { metadata: { finalizers: ['example.com/held'] } };
  await client.patch(Namespaces, { name: 'team' }, { type: 'merge', body: hold });
  await clock.advance(1_000);
  await client.delete(Namespaces, { name: 'team' });
  await clock.advance(60_000);
  const release = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  await client.patch(Pods, { name: 'a', namespace: 'team' }, release);
  await clock.advance(2_000);
  const { status, spec } = await client.get(Namespaces, { name: 'team' });
  expect(spec?.finalizers).toBeUndefined();
  expect(status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`)).toEqual([
    'NamespaceDeletionDiscoveryFailure=False ResourcesDiscovered',
    'NamespaceDeletionGroupVersionParsingFailure=False ParsedGroupVersions',
    'NamespaceDeletionContentFailure=False ContentDeleted',
    'NamespaceContentRemaining=False ContentRemoved',
    'NamespaceFinalizersRemaining=False ContentHasNoFinalizers',
  ]);
});
