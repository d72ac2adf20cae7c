import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/apimachinery/object.ts';
import type { ResourceType } from '../../src/apimachinery/resourceType.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import {
  CronJobs,
  DaemonSets,
  Deployments,
  Jobs,
  ReplicaSets,
  StatefulSets,
} from '../../src/resources/kinds.ts';
import { cronJob, daemonSet, job, NAMESPACE, ref, template } from './support.ts';

// What upstream's conformance suite asserts of the status subresource: writes to it take effect, are watched, and are not undone.

const STATUS = { subresource: 'status' } as const;

interface Conditioned extends KubernetesObject {
  readonly spec: object;
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly message?: string }[] };
}

const replicas = (kind: string, more: object = {}): Conditioned => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'work', namespace: NAMESPACE },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'work' } },
    template: {
      metadata: { labels: { app: 'work' } },
      spec: { ...template('sleep 9999').spec, restartPolicy: 'Always' },
    },
    ...more,
  },
});

const kinds: Record<string, { type: unknown; object: KubernetesObject }> = {
  DaemonSet: { type: DaemonSets, object: daemonSet('work') },
  Job: { type: Jobs, object: job('work', 'sleep 9999', { parallelism: 2 }) },
  Deployment: { type: Deployments, object: replicas('Deployment') },
  ReplicaSet: { type: ReplicaSets, object: replicas('ReplicaSet') },
  StatefulSet: { type: StatefulSets, object: replicas('StatefulSet', { serviceName: 'work' }) },
};

const condition = (type: string, message: string) => ({
  type,
  status: 'True',
  reason: 'Tried',
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

const messageOf = ({ status }: Conditioned, type: string) =>
  status?.conditions?.find((condition) => condition.type === type)?.message;

async function clusterWith(object: KubernetesObject): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 1 });
  await cluster.apply(object);
  await cluster.clock.advance('10s');
  return cluster;
}

/** Writes something that makes the controllers look again, and gives them time. */
async function disturb(cluster: TestCluster, type: ResourceType<Conditioned>): Promise<void> {
  const body = { metadata: { labels: { disturbed: 'yes' } } };
  await cluster.client.patch(type, ref('work'), { type: 'merge', body });
  await cluster.clock.advance('2m');
}

/** What a watch from that version tells of objects that have such a condition. */
async function watched(
  cluster: TestCluster,
  type: ResourceType<Conditioned>,
  resourceVersion: string,
  condition: string,
): Promise<readonly string[]> {
  const seen: string[] = [];
  const handle = cluster.client.watch(
    type,
    { namespace: NAMESPACE, resourceVersion },
    {
      onChanges: (changes) => {
        for (const change of changes)
          if (change.type !== 'BOOKMARK' && messageOf(change.object, condition)) seen.push(change.type);
      },
      onEnd: () => {},
    },
  );
  await cluster.clock.settle();
  handle.stop();
  return seen;
}

for (const [kind, { type: untyped, object }] of Object.entries(kinds)) {
  const type = untyped as ResourceType<Conditioned>;
  describe(`the status of a ${kind}`, () => {
    for (const [how, patch] of [
      ['a merge patch', 'merge'],
      ['a strategic merge patch', 'strategic'],
    ] as const) {
      test(`takes a condition and an annotation by ${how}, and keeps them while its controller goes on`, async () => {
        await using cluster = await clusterWith(object);
        const before = await cluster.client.get(type, ref('work'));
        const status = { conditions: [condition('StatusPatched', 'by patch')] };
        const body = { metadata: { annotations: { patched: 'true' } }, status };
        const patched = await cluster.client.patch(type, ref('work'), { type: patch, body }, STATUS);
        expect(messageOf(patched, 'StatusPatched')).toBe('by patch');
        expect(patched.metadata.annotations).toMatchObject({ patched: 'true' });
        await disturb(cluster, type);
        const left = await cluster.client.get(type, ref('work'));
        expect(messageOf(left, 'StatusPatched')).toBe('by patch');
        expect(left.metadata.annotations).toMatchObject({ patched: 'true' });
        expect(left.metadata.generation).toBe(before.metadata.generation);
      });
    }

    test('takes a condition by update, leaves the spec alone, and tells those who watch from before', async () => {
      await using cluster = await clusterWith(object);
      const { resourceVersion } = await cluster.client.list(type, { namespace: NAMESPACE });
      const now = await cluster.client.get(type, ref('work'));
      const conditions = [...(now.status?.conditions ?? []), condition('StatusUpdate', 'by update')];
      const updated = { ...now, spec: { ...now.spec, template: {} }, status: { ...now.status, conditions } };
      await cluster.client.update(type, updated, STATUS);
      await disturb(cluster, type);
      const left = await cluster.client.get(type, ref('work'));
      expect(left.spec).toEqual(now.spec);
      expect(messageOf(left, 'StatusUpdate')).toBe('by update');
      expect(await watched(cluster, type, resourceVersion, 'StatusUpdate')).toContain('MODIFIED');
    });
  });
}

test('the status of a CronJob takes a time by patch and by update, and annotations', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(cronJob('work', '* */31 2 * *', 'true'));
  const status = { lastScheduleTime: '2026-01-01T00:00:00Z' };
  const body = { metadata: { annotations: { patchedstatus: 'true' } }, status };
  const patched = await cluster.client.patch(CronJobs, ref('work'), { type: 'merge', body }, STATUS);
  expect(patched).toMatchObject(body);
  const later = { ...patched.status, lastScheduleTime: '2026-01-01T00:00:05Z' };
  await cluster.client.update(CronJobs, { ...patched, status: later }, STATUS);
  await cluster.clock.advance('2m');
  const left = await cluster.client.get(CronJobs, ref('work'));
  expect(left.status?.lastScheduleTime).toBe('2026-01-01T00:00:05Z');
  expect(left.metadata.annotations).toMatchObject({ patchedstatus: 'true' });
});
