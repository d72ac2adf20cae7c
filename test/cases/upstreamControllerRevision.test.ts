import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/controllers/framework/templateHash.ts';
import type { ControllerRevision } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { daemonSet, NAMESPACE, podsOf, ref } from './support.ts';

// What upstream's conformance suite and its integration tests assert of the revisions of DaemonSets.

const HASH = 'controller-revision-hash';
const LABELLED = { labelSelector: 'app=agent' };

const revisionsOf = async (cluster: TestCluster): Promise<readonly ControllerRevision[]> =>
  (await cluster.client.list('apps/v1', 'ControllerRevision', { namespace: NAMESPACE, ...LABELLED })).items;

const hashesOfPods = async (cluster: TestCluster) =>
  new Set((await podsOf(cluster)).map(({ metadata }) => metadata.labels?.[HASH]));

/** Another revision of the same template, as a client makes it that knows its way. */
const copyOf = ({ metadata, data, revision }: ControllerRevision): ControllerRevision => ({
  metadata: {
    name: 'agent-other',
    namespace: NAMESPACE,
    labels: { app: 'agent', [HASH]: 'other' },
    ownerReferences: metadata.ownerReferences!,
  },
  data: data!,
  revision: revision + 1,
});

async function clusterWithAgent(nodes: number): Promise<TestCluster> {
  const cluster = await createCluster({ nodes });
  await cluster.apply(daemonSet('agent'));
  await cluster.waitFor('daemonset/agent', 'rolled-out');
  return cluster;
}

test('revisions can be patched, made, updated and deleted while their DaemonSet lives, and the next is counted on', async () => {
  await using cluster = await clusterWithAgent(2);
  const { client, clock } = cluster;
  const everywhere = await client.list('apps/v1', 'ControllerRevision', LABELLED);
  expect(everywhere.items).toHaveLength(1);
  const [first] = everywhere.items;
  const named = ref(first!.metadata.name!);
  const label = (value: string) => ({ metadata: { labels: { [named.name]: value } } });
  const patch = { type: 'strategic', body: label('patched') } as const;
  const patched = await client.patch('apps/v1', 'ControllerRevision', named, patch);
  expect(patched.metadata.labels).toMatchObject({ [named.name]: 'patched' });
  await clock.settle();

  await client.create('apps/v1', 'ControllerRevision', copyOf(first!));
  await clock.advance('30s');
  expect(await revisionsOf(cluster), 'nobody merges the two until the DaemonSet is looked at').toHaveLength(
    2,
  );
  await client.delete('apps/v1', 'ControllerRevision', named);
  await clock.advance('30s');
  const [other] = await revisionsOf(cluster);
  const labels = { ...other!.metadata.labels, other: 'updated' };
  await client.update('apps/v1', 'ControllerRevision', {
    ...other!,
    metadata: { ...other!.metadata, labels },
  });

  const body = { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } };
  await client.patch('apps/v1', 'DaemonSet', ref('agent'), { type: 'strategic', body });
  await clock.advance('1m');
  expect((await revisionsOf(cluster)).map(({ revision }) => revision).toSorted()).toEqual([2, 3]);
  for (const { metadata } of (
    await client.list('apps/v1', 'ControllerRevision', { labelSelector: 'other=updated' })
  ).items)
    await client.delete('apps/v1', 'ControllerRevision', ref(metadata.name!));
  await clock.advance('30s');
  expect((await revisionsOf(cluster)).map(({ revision }) => revision)).toEqual([3]);
});

test('of two revisions of one template the newer is kept, and pods are told so without a restart', async () => {
  await using cluster = await clusterWithAgent(1);
  const uids = async () => (await podsOf(cluster)).map(({ metadata }) => metadata.uid);
  const before = await uids();
  await cluster.client.create('apps/v1', 'ControllerRevision', copyOf((await revisionsOf(cluster))[0]!));
  await cluster.nodes.add();
  await cluster.clock.advance('1m');
  expect((await revisionsOf(cluster)).map(({ metadata }) => metadata.name)).toEqual(['agent-other']);
  expect(await hashesOfPods(cluster)).toEqual(new Set(['other']));
  expect(await uids()).toEqual(expect.arrayContaining(before));
  expect(await podsOf(cluster)).toHaveLength(2);
});

test('the data of a revision is, to the byte, what clients in Go make of the template to find the current one', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const selector = { 'example.com/z': 'yes', 'example.com/a': 'no' };
  await cluster.apply(
    daemonSet('agent', {}, { nodeSelector: selector, tolerations: [{ operator: 'Exists', key: 'x' }] }),
  );
  await cluster.clock.settle();
  const { spec } = await cluster.client.get('apps/v1', 'DaemonSet', ref('agent'));
  const [revision] = await revisionsOf(cluster);
  const template = { ...spec.template, $patch: 'replace' };
  expect(JSON.stringify(revision!.data)).toBe(canonicalJson({ spec: { template } }));
});
