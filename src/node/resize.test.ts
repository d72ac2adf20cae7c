import { beforeEach, describe, expect, test } from 'vitest';
import type { Container, Pod, PodSpec } from '../generated/types.ts';
import { Pods } from '../resources/kinds.ts';
import { container, TestNode } from './testing/testNode.ts';

/** Four processors and 8Gi, which a pod and its neighbour share. */
let node: TestNode;
beforeEach(async () => {
  node = await TestNode.start();
});

const asking = (cpu: string, rest: Partial<Container> = {}) =>
  container('main', undefined, { resources: { requests: { cpu } }, ...rest });

async function withPod(name: string, cpu: string, spec: Partial<PodSpec> = {}): Promise<void> {
  await node.createPod(name, { containers: [asking(cpu)], ...spec });
  await node.until(name, (pod) => pod?.status?.phase === 'Running');
}

const resize = (name: string, cpu: string, container = 'main') =>
  node.api.client.patch(
    Pods,
    { name, namespace: 'default' },
    {
      type: 'strategic',
      body: { spec: { containers: [{ name: container, resources: { requests: { cpu } } }] } },
    },
    { subresource: 'resize' },
  );

const statusOf = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0];
const has = (cpu: string) => (pod: Pod | undefined) =>
  statusOf(pod)?.resources?.requests?.cpu === cpu && conditions(pod).length === 0;
const conditions = (pod: Pod | undefined) =>
  (pod?.status?.conditions ?? []).filter(({ type }) => type?.startsWith('PodResize'));
const resizeEvents = async () =>
  (await node.events()).filter((event) => /Resize|resize/.test(event)).map((event) => event.split(': {')[0]);

test('a container’s status tells what is set aside for it and what it has', async () => {
  await withPod('web', '1');
  const status = statusOf(node.podNow('web'));
  expect(status).toMatchObject({ allocatedResources: { cpu: '1' }, resources: { requests: { cpu: '1' } } });
  await node.createPod('plain', {});
  const plain = statusOf(await node.until('plain', (pod) => pod?.status?.phase === 'Running'));
  expect(plain?.resources).toEqual({});
  expect(plain).not.toHaveProperty('allocatedResources');
});

test('a resize that fits is carried out without a restart, and told of', async () => {
  await withPod('web', '1');
  await resize('web', '3');
  const pod = await node.until('web', has('3'));
  expect(statusOf(pod)).toMatchObject({ restartCount: 0, allocatedResources: { cpu: '3' } });
  expect(pod?.status?.observedGeneration).toBe(2);
  const told = await node.events();
  const summary = '{"containers":[{"name":"main","resources":{"requests":{"cpu":"3"}}}],"generation":2}';
  expect(told).toContain(`Normal ResizeStarted: Pod resize started: ${summary}`);
  expect(told).toContain(`Normal ResizeCompleted: Pod resize completed: ${summary}`);
});

test('a resize that can never fit is infeasible, and the next one is judged anew', async () => {
  await withPod('web', '1');
  await resize('web', '5');
  const pod = await node.until('web', (each) => conditions(each).length > 0);
  expect(conditions(pod)).toEqual([
    expect.objectContaining({
      type: 'PodResizePending',
      status: 'True',
      reason: 'Infeasible',
      message: "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000",
      observedGeneration: 2,
    }),
  ]);
  expect(statusOf(pod)).toMatchObject({
    allocatedResources: { cpu: '1' },
    resources: { requests: { cpu: '1' } },
  });
  await resize('web', '2');
  expect(conditions(await node.until('web', has('2')))).toEqual([]);
  expect(await resizeEvents()).toEqual([
    'Warning ResizeInfeasible: Pod resize Infeasible',
    'Normal ResizeStarted: Pod resize started',
    'Normal ResizeCompleted: Pod resize completed',
  ]);
});

describe('a resize that finds no room now is deferred', () => {
  beforeEach(async () => {
    await withPod('web', '1');
    await withPod('other', '2');
    await resize('web', '3');
    const pod = await node.until('web', (each) => conditions(each).length > 0);
    expect(conditions(pod)[0]).toMatchObject({
      reason: 'Deferred',
      message: "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
    });
  });

  test('until its neighbour goes', async () => {
    await node.api.client.delete(Pods, { name: 'other', namespace: 'default' }, { gracePeriodSeconds: 1 });
    await node.until('web', has('3'));
  });

  test('until its neighbour is resized to less', async () => {
    await resize('other', '1');
    await node.until('web', has('3'));
  });

  test('until it wants less', async () => {
    await resize('web', '2');
    await node.until('web', has('2'));
  });

  test('and does not count before it fits', async () => {
    await withPod('late', '1');
    await resize('other', '1');
    expect(conditions(await node.until('other', has('1')))).toEqual([]);
    expect(conditions(node.podNow('web'))).toHaveLength(1);
  });

  test('also by the next life of the agent', async () => {
    await node.restart();
    await node.until('web', (pod) => pod?.status?.phase === 'Running');
    expect(statusOf(node.podNow('web'))).toMatchObject({ restartCount: 0, allocatedResources: { cpu: '1' } });
    expect(conditions(node.podNow('web'))[0]).toMatchObject({ reason: 'Deferred' });
    await node.api.client.delete(Pods, { name: 'other', namespace: 'default' }, { gracePeriodSeconds: 1 });
    await node.until('web', has('3'));
  });
});

test('of two that wait, the one with the higher priority comes first', async () => {
  await withPod('low', '1', { priority: 1 });
  await withPod('high', '1', { priority: 2 });
  await withPod('other', '2');
  await resize('low', '2');
  await resize('high', '2');
  await node.until('high', (pod) => conditions(pod).length > 0);
  await resize('other', '1');
  await node.until('high', has('2'));
  expect(conditions(node.podNow('low'))[0]).toMatchObject({ reason: 'Deferred' });
});

test('a container that is to be restarted for it is, and counts it', async () => {
  const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
  await withPod('web', '1', { restartPolicy: 'OnFailure', containers: [asking('1', { resizePolicy })] });
  await resize('web', '2');
  const pod = await node.until('web', has('2'));
  expect(statusOf(pod)).toMatchObject({ restartCount: 1, state: { running: {} } });
  expect(await node.events()).toContain('Normal Killing: Container main resize requires restart');
});

test('a container that starts again meanwhile starts with what is set aside for it', async () => {
  await withPod('other', '3');
  await node.createPod('web', {
    containers: [container('main', 'sleep 30', { resources: { requests: { cpu: '1' } } })],
  });
  await node.until('web', (pod) => pod?.status?.phase === 'Running');
  await resize('web', '2');
  const pod = await node.until('web', (each) => statusOf(each)?.restartCount === 1);
  expect(statusOf(pod)).toMatchObject({ allocatedResources: { cpu: '1' } });
});
