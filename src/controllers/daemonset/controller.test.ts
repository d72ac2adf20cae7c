import { expect, test } from 'vitest';
import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { DaemonSet, Pod } from '../../generated/types.ts';
import { ControllerRevisions, DaemonSets, Nodes, Pods } from '../../resources/kinds.ts';
import { aTemplate } from '../testing/builders.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { DaemonSetController } from './controller.ts';

const controllers: Controllers = (context, run) => run(new DaemonSetController(context));
const ref = { name: 'ds', namespace: 'default' };

const aNewDaemonSet = (spec: Partial<DaemonSet['spec']> = {}): DaemonSet => ({
  metadata: { name: 'ds', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'ds' } }, template: aTemplate('ds', 'nginx:1'), ...spec },
});
const setImage = (client: Client, image: string) =>
  client.patch(DaemonSets, ref, {
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } },
  });
const pods = async (client: Client) => (await client.list(Pods)).items;
const imageOf = (pod: Pod) => pod.spec.containers[0]?.image;

async function startNodes(cluster: TestCluster, count: number) {
  for (let i = 1; i <= count; i++)
    await cluster.client.create(Nodes, { metadata: { name: `node0${i}` }, spec: {} });
}

/** Watches what holds at every moment: pods on each node, and how many daemons are missing. */
function watchInvariants(cluster: TestCluster) {
  const living = new Map<string, Pod>();
  const seen = { mostOnANode: 0, mostMissing: 0, isRollout: false };
  cluster.client.watch(
    Pods,
    { resourceVersion: '1' },
    {
      onChanges: (changes) => {
        for (const change of changes) {
          if (change.type === 'BOOKMARK') continue;
          const uid = change.object.metadata.uid!;
          if (change.type === 'DELETED') living.delete(uid);
          else living.set(uid, change.object);
        }
        const nodes = [...living.values()].map(
          (pod) =>
            pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
              ?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0],
        );
        for (const node of nodes)
          seen.mostOnANode = Math.max(seen.mostOnANode, nodes.filter((other) => other === node).length);
        const ready = [...living.values()].filter(
          (pod) =>
            !isBeingDeleted(pod) &&
            pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
        );
        if (seen.isRollout) seen.mostMissing = Math.max(seen.mostMissing, 3 - ready.length);
      },
      onEnd: () => {},
    },
  );
  return seen;
}

async function endOf({ client }: TestCluster) {
  const { status } = await client.get(DaemonSets, ref);
  const daemons = (await pods(client)).map((pod) => `${pod.spec.nodeName} ${imageOf(pod)}`);
  const revisions = (await client.list(ControllerRevisions)).items.map(({ revision }) => revision);
  return { status, daemons: daemons.toSorted(), revisions: revisions.toSorted() };
}

test('an image change goes over the nodes one by one, and undo restarts only what differs', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await startNodes(cluster, 3);
  await client.create(DaemonSets, aNewDaemonSet());
  await clock.advance(5_000);
  const seen = watchInvariants(cluster);
  seen.isRollout = true;
  await setImage(client, 'nginx:2');
  await clock.advance(60_000);
  expect((await endOf(cluster)).daemons).toEqual(['node01 nginx:2', 'node02 nginx:2', 'node03 nginx:2']);
  expect(seen).toMatchObject({ mostOnANode: 1, mostMissing: 1 });
  expect(await cluster.events()).toContainEqual(expect.stringMatching(/^SuccessfulDelete: Deleted pod: ds-/));
});

test('undo in the middle of an update leaves alone what is of that revision already', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await startNodes(cluster, 3);
  await client.create(DaemonSets, aNewDaemonSet({ minReadySeconds: 10 }));
  await clock.advance(20_000);
  const first = (await pods(client)).map(({ metadata }) => metadata.uid);
  await setImage(client, 'nginx:2');
  await clock.advance(5_000);
  await setImage(client, 'nginx:1');
  await clock.advance(60_000);
  const { daemons, revisions } = await endOf(cluster);
  expect(daemons).toEqual(['node01 nginx:1', 'node02 nginx:1', 'node03 nginx:1']);
  expect(revisions).toEqual([2, 3]);
  const kept = (await pods(client)).filter(({ metadata }) => first.includes(metadata.uid));
  expect(kept.length).toBe(2);
});

test('an old daemon that serves again since it was looked at is not replaced as one that does not', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers, { cacheLagMs: 100 });
  await startNodes(cluster, 2);
  await client.create(DaemonSets, aNewDaemonSet({ minReadySeconds: 600 }));
  await clock.advance(700_000);
  await setImage(client, 'nginx:2');
  await clock.advance(10_000);
  // The budget is used up by the new daemon of the other node.
  const old = (await pods(client)).find((pod) => imageOf(pod) === 'nginx:1')!;
  await setReady(client, old, 'False');
  await clock.advance(50);
  await setReady(client, old, 'True');
  await clock.advance(10_000);
  const left = await pods(client);
  expect(left.map(({ metadata }) => metadata.uid)).toContain(old.metadata.uid);
  expect(left.map(imageOf).toSorted()).toEqual(['nginx:1', 'nginx:2']);
});

const setReady = (client: Client, { metadata, status }: Pod, ready: 'True' | 'False') => {
  const conditions = status!.conditions!.map((condition) =>
    condition.type === 'Ready' ? { ...condition, status: ready } : condition,
  );
  const body = { status: { conditions } };
  return client.patch(
    Pods,
    { name: metadata.name!, namespace: 'default' },
    { type: 'merge', body },
    { subresource: 'status' },
  );
};

test('a surging update with minReadySeconds ends by itself', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await startNodes(cluster, 3);
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  await client.create(DaemonSets, aNewDaemonSet({ minReadySeconds: 10, updateStrategy }));
  await clock.advance(20_000);
  const seen = watchInvariants(cluster);
  seen.isRollout = true;
  await setImage(client, 'nginx:2');
  await clock.advance(60_000);
  expect((await endOf(cluster)).daemons).toEqual(['node01 nginx:2', 'node02 nginx:2', 'node03 nginx:2']);
  expect(seen).toMatchObject({ mostOnANode: 2, mostMissing: 0 });
});

test('a DaemonSet that is made again finds the revision of its namesake in the way, and goes on', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await startNodes(cluster, 1);
  await client.create(DaemonSets, aNewDaemonSet());
  await clock.advance(5_000);
  await client.delete(DaemonSets, ref);
  await client.create(DaemonSets, aNewDaemonSet());
  await clock.advance(5_000);
  const { status } = await client.get(DaemonSets, ref);
  expect(status).toMatchObject({ desiredNumberScheduled: 1, currentNumberScheduled: 1 });
  expect(status?.collisionCount).toBeUndefined();
});

test('a rollout ends the same, after whichever write the controller falls', async () => {
  const ends = await endOfEachCrash(
    () => ({}),
    controllers,
    async (cluster) => {
      await startNodes(cluster, 3);
      await cluster.client.create(DaemonSets, aNewDaemonSet());
      await cluster.clock.advance(10_000);
      await setImage(cluster.client, 'nginx:2');
      await cluster.clock.advance(60_000);
    },
    endOf,
  );
  expect(ends.length).toBeGreaterThan(10);
  for (const end of ends) expect(end).toEqual(ends.at(-1));
});

test('a rollout that is stuck is told of once, after whichever write the controller falls', async () => {
  const ends = await endOfEachCrash(
    () => ({}),
    controllers,
    async (cluster) => {
      await startNodes(cluster, 3);
      // Nothing becomes available for an hour.
      const { metadata, spec } = aNewDaemonSet({ minReadySeconds: 3600 });
      const annotations = { 'sampan.dev/progress-deadline': '5m' };
      await cluster.client.create(DaemonSets, { metadata: { ...metadata, annotations }, spec });
      await cluster.clock.advance(10_000);
      await setImage(cluster.client, 'nginx:2');
      await cluster.clock.advance(900_000);
    },
    async (cluster) => {
      const { status } = await cluster.client.get(DaemonSets, ref);
      const told = status?.conditions?.map(({ status, reason }) => `${status} ${reason}`);
      const warnings = (await cluster.events()).filter((event) => event.startsWith('ProgressDeadline'));
      return { told, warnings: warnings.map((text) => text.replace(/".*"/, '…')) };
    },
  );
  expect(ends.length).toBeGreaterThan(8);
  expect(ends.at(-1)).toEqual({
    told: ['False ProgressDeadlineExceeded'],
    warnings: [
      'ProgressDeadlineExceeded: Revision … has made no progress for 300s: 3 of 3 daemons are updated, 0 of them available.',
    ],
  });
  for (const end of ends) expect(end).toEqual(ends.at(-1));
});
