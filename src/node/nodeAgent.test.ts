import { afterEach, describe, expect, test } from 'vitest';
import { Nodes, Pods } from '../resources/kinds.ts';
import { isReady, main, phaseIs, waitsFor } from './testing/podLooks.ts';
import { container, NODE, TestNode } from './testing/testNode.ts';

let node: TestNode;
afterEach(async () => {
  await node.agent.stop();
  expect(node.errors).toEqual([]);
});

describe('a node', () => {
  test('is registered and becomes Ready once it has a pod range', async () => {
    node = await TestNode.start();
    const { metadata, status } = await node.api.client.get(Nodes, { name: NODE });
    expect(metadata.labels).toMatchObject({ 'kubernetes.io/hostname': NODE, 'kubernetes.io/os': 'linux' });
    expect(status?.conditions?.map(({ type, status: value }) => `${type}=${value}`)).toEqual([
      'MemoryPressure=False',
      'DiskPressure=False',
      'PIDPressure=False',
      'Ready=True',
    ]);
    expect(status?.nodeInfo?.containerRuntimeVersion).toBe('simulated://1.0.0');
  });

  test('lets pods use what people add to its capacity, as long as it is there', async () => {
    node = await TestNode.start();
    const { client, clock } = node.api;
    const advertise = (count: string | null) =>
      client.patch(
        Nodes,
        { name: NODE },
        { type: 'merge', body: { status: { capacity: { 'example.com/dongle': count } } } },
        { subresource: 'status' },
      );
    const allocatable = async () => (await client.get(Nodes, { name: NODE })).status?.allocatable;
    const own = { cpu: '4', memory: '8Gi', pods: '110' };
    for (const count of ['4', '3']) {
      await advertise(count);
      await clock.advance(11_000);
      expect(await allocatable()).toEqual({ ...own, 'example.com/dongle': count });
    }
    await advertise(null);
    await clock.advance(11_000);
    expect(await allocatable()).toEqual(own);
  });
});

describe('a pod', () => {
  test('runs and gets an address of its node', async () => {
    node = await TestNode.start();
    await node.createPod('web', {});
    const pod = await node.until('web', isReady);
    expect(pod?.status).toMatchObject({ phase: 'Running', podIP: '10.244.1.2', hostIP: '192.168.0.11' });
    expect(main(pod)).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      image: 'docker.io/library/nginx:1.14-alpine',
    });
    expect(main(pod)?.containerID).toMatch(/^simulated:\/\/[0-9a-f]{64}$/);
    expect(await node.events()).toEqual([
      'Normal Pulling: Pulling image "nginx:1.14-alpine"',
      expect.stringMatching(
        /^Normal Pulled: Successfully pulled image "nginx:1.14-alpine" in 0s \(0s including waiting\)/,
      ),
      'Normal Created: Container created',
      'Normal Started: Container started',
    ]);
  });

  test('of a job ends when its command does', async () => {
    node = await TestNode.start();
    const before = node.api.clock.now();
    await node.createPod('job', { restartPolicy: 'Never', containers: [container('main', 'sleep 10')] });
    const pod = await node.until('job', phaseIs('Succeeded'));
    expect(node.api.clock.now() - before).toBe(10_000);
    expect(main(pod)?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(pod?.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PodCompleted',
    });
  });

  test('that fails and must not restart has failed', async () => {
    node = await TestNode.start();
    await node.createPod('job', {
      restartPolicy: 'Never',
      containers: [container('main', 'sleep 1; exit 3')],
    });
    const pod = await node.until('job', phaseIs('Failed'));
    expect(main(pod)?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  test('that keeps crashing backs off for 10 s, then 20 s', async () => {
    node = await TestNode.start();
    await node.createPod('crash', { containers: [container('main', 'exit 1')] });
    const first = await node.until('crash', waitsFor('CrashLoopBackOff'));
    expect(main(first)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1 } } });
    expect(main(first)?.state?.waiting?.message).toBe(
      `back-off 10s restarting failed container=main pod=crash_default(${first?.metadata.uid})`,
    );
    const second = await node.until(
      'crash',
      (pod) => main(pod)?.restartCount === 2 && waitsFor('CrashLoopBackOff')(pod),
    );
    expect(main(second)?.state?.waiting?.message).toMatch(/^back-off 20s /);
  });

  test('whose image is missing shows ErrImagePull and then ImagePullBackOff', async () => {
    node = await TestNode.start();
    await node.createPod('lost', { containers: [container('main', undefined, { image: 'missing:1' })] });
    await node.until('lost', waitsFor('ErrImagePull'));
    const pod = await node.until('lost', waitsFor('ImagePullBackOff'));
    expect(main(pod)?.state?.waiting?.message).toMatch(
      /^Back-off pulling image "missing:1": ErrImagePull: rpc error: code = NotFound/,
    );
    expect(pod?.status?.phase).toBe('Pending');
  });

  test('runs its init containers one after the other', async () => {
    node = await TestNode.start();
    await node.createPod('init', {
      initContainers: [container('one', 'sleep 2'), container('two', 'sleep 3')],
      containers: [container('main')],
    });
    const waiting = await node.until(
      'init',
      (pod) => pod?.status?.initContainerStatuses?.[1]?.state?.running !== undefined,
    );
    expect(main(waiting)?.state?.waiting?.reason).toBe('PodInitializing');
    expect(waiting?.status?.phase).toBe('Pending');
    const pod = await node.until('init', isReady);
    expect(pod?.status?.initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
  });

  test('whose init container fails and must not restart has failed', async () => {
    node = await TestNode.start();
    await node.createPod('init', { restartPolicy: 'Never', initContainers: [container('one', 'exit 2')] });
    const pod = await node.until('init', phaseIs('Failed'));
    expect(main(pod)?.state?.waiting?.reason).toBe('PodInitializing');
  });

  test('with a sidecar succeeds when its containers have, and ends the sidecar', async () => {
    node = await TestNode.start();
    await node.createPod('job', {
      restartPolicy: 'Never',
      initContainers: [container('proxy', undefined, { restartPolicy: 'Always' })],
      containers: [container('main', 'sleep 5')],
    });
    const running = await node.until('job', isReady);
    expect(running?.status?.initContainerStatuses?.[0]).toMatchObject({ started: true, ready: true });
    const pod = await node.until('job', phaseIs('Succeeded'));
    expect(pod?.status?.initContainerStatuses?.[0]?.state?.terminated?.exitCode).toBe(143);
  });

  test('is ready only when its readiness probe passes', async () => {
    node = await TestNode.start();
    const script = 'sleep 7; touch /tmp/ok; sleep 1000';
    const readinessProbe = { exec: { command: ['cat', '/tmp/ok'] }, periodSeconds: 5 };
    await node.createPod('slow', { containers: [container('main', script, { readinessProbe })] });
    const before = node.api.clock.now();
    await node.until('slow', isReady);
    expect(node.api.clock.now() - before).toBe(10_000);
    expect(await node.events()).toContain(
      "Warning Unhealthy: Readiness probe failed: cat: can't open '/tmp/ok': No such file or directory\n",
    );
  });

  test('is restarted when its liveness probe fails three times', async () => {
    node = await TestNode.start();
    const script = 'touch /tmp/ok; sleep 12; rm /tmp/ok; sleep 1000';
    const livenessProbe = { exec: { command: ['cat', '/tmp/ok'] }, periodSeconds: 5 };
    await node.createPod('sick', { containers: [container('main', script, { livenessProbe })] });
    const pod = await node.until('sick', (each) => main(each)?.restartCount === 1);
    expect(main(pod)?.lastState?.terminated?.exitCode).toBe(143);
    expect(await node.events()).toContain(
      'Normal Killing: Container main failed liveness probe, will be restarted',
    );
  });

  test('is taken away when it is deleted', async () => {
    node = await TestNode.start();
    await node.createPod('web', {});
    const { metadata } = (await node.until('web', isReady))!;
    await node.api.client.delete(Pods, { name: 'web', namespace: 'default' });
    await node.until('web', (pod) => pod === undefined);
    await node.api.clock.runUntil(() => node.agent.podAccess !== undefined);
    expect(await node.runtime.listContainers()).toEqual([]);
    await node.createPod('next', {});
    const next = await node.until('next', isReady);
    expect(next?.status?.podIP).toBe('10.244.1.3');
    expect(next?.metadata.uid).not.toBe(metadata.uid);
    expect(await node.events()).toContain('Normal Killing: Stopping container main');
  });

  test('that runs longer than its deadline has failed', async () => {
    node = await TestNode.start();
    await node.createPod('late', { activeDeadlineSeconds: 20 });
    const pod = await node.until('late', phaseIs('Failed'));
    expect(pod?.status).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
  });

  test('that asks for more than the node has is rejected', async () => {
    node = await TestNode.start();
    const resources = { requests: { cpu: '5' } };
    await node.createPod('big', { containers: [container('main', undefined, { resources })] });
    const pod = await node.until('big', phaseIs('Failed'));
    expect(pod?.status).toMatchObject({
      reason: 'OutOfcpu',
      message:
        "Pod was rejected: Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000",
    });
  });

  test('that refers to a config map that is not there waits with CreateContainerConfigError', async () => {
    node = await TestNode.start();
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'a' } } }];
    await node.createPod('lost', { containers: [container('main', undefined, { env })] });
    const pod = await node.until('lost', waitsFor('CreateContainerConfigError'));
    expect(main(pod)?.state?.waiting?.message).toBe('configmap "none" not found');
  });

  test('goes on after a restart of the node as if there had been none', async () => {
    node = await TestNode.start();
    await node.createPod('web', {});
    await node.createPod('job', {
      restartPolicy: 'Never',
      containers: [container('main', 'sleep 60; exit 4')],
    });
    const web = await node.until('web', isReady);
    await node.until('job', isReady);
    await node.api.clock.advance(30_000);
    await node.restart();
    const before = node.api.clock.now();
    const job = await node.until('job', phaseIs('Failed'));
    expect(main(job)?.state?.terminated?.exitCode).toBe(4);
    expect(node.api.clock.now() - before).toBeLessThanOrEqual(30_000);
    expect(node.podNow('web')?.status).toEqual(web?.status);
  });
});
