import { afterEach, describe, expect, test } from 'vitest';
import type { Pod, PodSpec } from '../generated/types.ts';
import { isReady, main, waitsFor } from './testing/podLooks.ts';
import { container, TestNode } from './testing/testNode.ts';

let node: TestNode;
afterEach(async () => {
  await node.agent.stop();
  expect(node.errors).toEqual([]);
});

const setBack = (ms: number) => node.api.clock.set(node.api.clock.now() - ms);

interface Case {
  readonly spec?: Partial<PodSpec>;
  readonly annotations?: Record<string, string>;
  /** When the hour is set back. */
  readonly afterSeconds: number;
  readonly until: (pod: Pod | undefined) => boolean;
  readonly seconds: number;
}

const exec = (...command: string[]) => ({ exec: { command } });
const cases: Record<string, Case> = {
  'a sleep of a container': {
    spec: { restartPolicy: 'Never', containers: [container('main', 'sleep 10; sleep 10; exit 3')] },
    afterSeconds: 5,
    until: (pod) => main(pod)?.state?.terminated?.exitCode === 3,
    seconds: 20,
  },
  'the run time that an annotation sets': {
    spec: { restartPolicy: 'Never' },
    annotations: { 'sampan.dev/run-time': '60' },
    afterSeconds: 30,
    until: (pod) => pod?.status?.phase === 'Succeeded',
    seconds: 60,
  },
  'the delay of readiness': {
    annotations: { 'sampan.dev/ready-delay': '20' },
    afterSeconds: 10,
    until: isReady,
    seconds: 20,
  },
  'the wait before a container that keeps failing is started again': {
    spec: { containers: [container('main', 'exit 1')] },
    afterSeconds: 4,
    until: (pod) => main(pod)?.restartCount === 2,
    seconds: 10,
  },
  'the wait before an image is pulled again': {
    spec: { containers: [container('main', undefined, { image: 'missing:1' })] },
    afterSeconds: 1,
    until: waitsFor('ImagePullBackOff'),
    seconds: 2,
  },
  'the first delay of a probe': {
    spec: {
      containers: [
        container('main', 'sleep 1000', { readinessProbe: { ...exec('true'), initialDelaySeconds: 20 } }),
      ],
    },
    afterSeconds: 10,
    until: isReady,
    seconds: 20,
  },
  'the period of a probe': {
    spec: {
      containers: [
        container('main', 'sleep 25; touch /ready; sleep 1000', {
          readinessProbe: { ...exec('cat', '/ready'), periodSeconds: 10 },
        }),
      ],
    },
    afterSeconds: 15,
    until: isReady,
    seconds: 30,
  },
};

describe.each([{ byMs: 0 }, { byMs: 120_000 }, { byMs: 86_400_000 }])(
  'when the hour is set back by $byMs ms',
  ({ byMs }) => {
    test.each(Object.entries(cases))('%s takes as long as ever', async (_, each) => {
      node = await TestNode.start();
      const { clock } = node.api;
      const begun = clock.elapsed();
      await node.createPod('pod', each.spec ?? {}, { annotations: each.annotations ?? {} });
      await clock.advance(each.afterSeconds * 1000);
      expect(each.until(node.podNow('pod'))).toBe(false);
      setBack(byMs);
      await node.until('pod', each.until);
      expect((clock.elapsed() - begun) / 1000).toBe(each.seconds);
    });
  },
);

test('a pod that is ready stays so when the hour is set back, and nothing more is written of it', async () => {
  node = await TestNode.start();
  await node.createPod('pod', {}, { annotations: { 'sampan.dev/ready-delay': '5' } });
  const before = await node.until('pod', isReady);
  setBack(120_000);
  await node.api.clock.advance(600_000);
  expect(node.podNow('pod')).toEqual(before);
});

test('a container that ends after the hour was set back ended at that hour', async () => {
  node = await TestNode.start();
  const { clock } = node.api;
  await node.createPod('pod', {
    restartPolicy: 'Never',
    containers: [container('main', 'sleep 10; exit 0')],
  });
  await clock.advance(5_000);
  setBack(3_600_000);
  const pod = await node.until('pod', (each) => each?.status?.phase === 'Succeeded');
  expect(Date.parse(main(pod)!.state!.terminated!.finishedAt!)).toBe(clock.now());
});
