import { afterEach, describe, expect, test } from 'vitest';
import type { Pod } from '../generated/types.ts';
import { Pods } from '../resources/kinds.ts';
import { isReady, main } from './testing/podLooks.ts';
import { container, TestNode } from './testing/testNode.ts';

const isGone = (pod: Pod | undefined) => pod === undefined;

let node: TestNode;
afterEach(async () => {
  await node.agent.stop();
  expect(node.errors).toEqual([]);
});

const remove = (name: string, gracePeriodSeconds?: number) =>
  node.api.client.delete(
    Pods,
    { name, namespace: 'default' },
    gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds },
  );

/** How many seconds of the clock something takes. */
async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const before = node.api.clock.now();
  await work();
  return (node.api.clock.now() - before) / 1000;
}

describe('the end of a pod', () => {
  test('waits for its preStop hook', async () => {
    node = await TestNode.start();
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    await node.createPod('web', { containers: [container('main', undefined, { lifecycle })] });
    await node.until('web', isReady);
    await remove('web');
    expect(await secondsOf(() => node.until('web', isGone))).toBe(5);
  });

  test('does not wait longer than its grace period', async () => {
    node = await TestNode.start();
    const lifecycle = { preStop: { exec: { command: ['sleep', '100'] } } };
    await node.createPod('web', { containers: [container('main', undefined, { lifecycle })] });
    await node.until('web', isReady);
    await remove('web', 7);
    expect(await secondsOf(() => node.until('web', isGone))).toBe(7);
  });

  test('can be forced', async () => {
    node = await TestNode.start();
    await node.createPod('web', {});
    await node.until('web', isReady);
    await remove('web', 0);
    expect(node.podNow('web')).toBeUndefined();
    await node.api.clock.runUntil(() => node.agent.pods.length === 0);
    expect(await node.runtime.listContainers()).toEqual([]);
  });

  test('comes also to a pod that never started', async () => {
    node = await TestNode.start();
    await node.createPod('lost', { containers: [container('main', undefined, { image: 'missing:1' })] });
    await node.until('lost', (pod) => main(pod)?.state?.waiting?.reason === 'ErrImagePull');
    await remove('lost');
    await node.until('lost', isGone);
  });

  test('tells with which code its container ended', async () => {
    node = await TestNode.start();
    await node.createPod('web', {}, { finalizers: ['example.com/wait'] });
    await node.until('web', isReady);
    await remove('web');
    const pod = await node.until('web', (each) => main(each)?.state?.terminated !== undefined);
    expect(main(pod)?.state?.terminated).toMatchObject({ exitCode: 143, reason: 'Error' });
    expect(pod?.status?.phase).toBe('Failed');
  });
});

describe('the start of a container', () => {
  test('waits for its postStart hook', async () => {
    node = await TestNode.start();
    const lifecycle = { postStart: { sleep: { seconds: 4 } } };
    await node.createPod('web', { containers: [container('main', undefined, { lifecycle })] });
    expect(await secondsOf(() => node.until('web', isReady))).toBe(4);
  });

  test('fails with its postStart hook', async () => {
    node = await TestNode.start();
    const lifecycle = { postStart: { exec: { command: ['false'] } } };
    await node.createPod('web', { containers: [container('main', undefined, { lifecycle })] });
    await node.until('web', (pod) => main(pod)?.restartCount === 1);
    expect(await node.events()).toContain('Warning FailedPostStartHook: PostStartHook failed');
  });

  test('is complete when its startup probe passes', async () => {
    node = await TestNode.start();
    const startupProbe = { exec: { command: ['cat', '/ready'] }, periodSeconds: 2, failureThreshold: 10 };
    const script = 'sleep 5; touch /ready; sleep 1000';
    await node.createPod('slow', { containers: [container('main', script, { startupProbe })] });
    expect(await secondsOf(() => node.until('slow', (pod) => main(pod)?.started === true))).toBe(6);
  });

  test('on the host network has the address of the node', async () => {
    node = await TestNode.start();
    await node.createPod('host', { hostNetwork: true });
    expect((await node.until('host', isReady))?.status?.podIP).toBe('192.168.0.11');
  });
});

describe('the last words of a container', () => {
  const cases: Record<string, { script: string; policy?: string; want: string | undefined }> = {
    'are what it leaves in its file': { script: 'echo Bye > /dev/termination-log', want: 'Bye\n' },
    'are the end of its log if it fails and its policy says so': {
      script: 'echo one; exit 1',
      policy: 'FallbackToLogsOnError',
      want: 'one\n',
    },
    'are none otherwise': { script: 'echo one; exit 1', want: undefined },
  };
  for (const [name, { script, policy, want }] of Object.entries(cases)) {
    test(name, async () => {
      node = await TestNode.start();
      const rest = policy ? { terminationMessagePolicy: policy } : {};
      await node.createPod('pod', { restartPolicy: 'Never', containers: [container('main', script, rest)] });
      const pod = await node.until('pod', (each) => main(each)?.state?.terminated !== undefined);
      expect(main(pod)?.state?.terminated?.message).toBe(want);
    });
  }
});

describe('annotations of a simulation', () => {
  const cases: Record<
    string,
    { annotations: Record<string, string>; until: (pod: Pod | undefined) => boolean; seconds: number }
  > = {
    'delay the start': { annotations: { 'sampan.dev/start-delay': '3' }, until: isReady, seconds: 3 },
    'delay the readiness': {
      annotations: { 'sampan.dev/ready-delay': '500ms' },
      until: isReady,
      seconds: 0.5,
    },
    'set the run time and the exit code': {
      annotations: { 'sampan.dev/run-time': '1m', 'sampan.dev/exit-code': '9' },
      until: (pod) => main(pod)?.state?.terminated?.exitCode === 9,
      seconds: 60,
    },
    'set the exit code of one container': {
      annotations: {
        'sampan.dev/run-time': '1',
        'sampan.dev/exit-code': '9',
        'sampan.dev/exit-code.main': '4',
      },
      until: (pod) => main(pod)?.state?.terminated?.exitCode === 4,
      seconds: 1,
    },
    'make failures likely': {
      annotations: { 'sampan.dev/run-time': '1', 'sampan.dev/failure-rate': '1' },
      until: (pod) => main(pod)?.state?.terminated?.exitCode === 1,
      seconds: 1,
    },
  };
  for (const [name, { annotations, until, seconds }] of Object.entries(cases)) {
    test(name, async () => {
      node = await TestNode.start();
      const createAndWait = async () => {
        await node.createPod('pod', { restartPolicy: 'Never' }, { annotations });
        await node.until('pod', until);
      };
      expect(await secondsOf(createAndWait)).toBe(seconds);
    });
  }
});

test('an agent that has stopped leaves no timer behind', async () => {
  node = await TestNode.start();
  await node.createPod('web', {});
  await node.createPod('crash', { containers: [container('main', 'exit 1')] });
  await node.until('crash', (pod) => main(pod)?.state?.waiting?.reason === 'CrashLoopBackOff');
  await node.agent.stop();
  expect(node.api.clock.nextTimer()).toBeUndefined();
});

test('the first restart is not held back, and nobody is told so while its image is pulled', async () => {
  node = await TestNode.start();
  const livenessProbe = { exec: { command: ['cat', '/tmp/healthy'] }, periodSeconds: 1 };
  const script = 'touch /tmp/healthy; sleep 3; rm /tmp/healthy; sleep 600';
  const image = 'busybox:latest';
  await node.createPod('live', { containers: [container('main', script, { image, livenessProbe })] });
  await node.until('live', (pod) => main(pod)?.restartCount === 1 && isReady(pod));
  expect((await node.events()).filter((event) => event.includes('BackOff'))).toEqual([]);
});
