import { expect, test } from 'vitest';
import type { ContainerStatus, Pod } from '../../generated/types.ts';
import { ago, NOW } from '../testing/builders.ts';
import { aJobPod } from '../testing/jobs.ts';
import { endedAt } from './backoff.ts';

const status = (name: string, endedSecondsAgo?: number): ContainerStatus => ({
  name,
  image: 'busybox',
  imageID: '',
  ready: false,
  restartCount: 0,
  state:
    endedSecondsAgo === undefined
      ? { running: { startedAt: ago(100) } }
      : { terminated: { exitCode: 1, finishedAt: ago(endedSecondsAgo) } },
});
const withSidecar = {
  containers: [],
  initContainers: [
    { name: 'setup', image: 'busybox' },
    { name: 'proxy', image: 'busybox', restartPolicy: 'Always' },
  ],
};

const cases: Record<string, { pod: Pod; secondsAgo: number }> = {
  'a pod ended with the last of its containers': {
    pod: aJobPod('a', { state: 'failed', status: { containerStatuses: [status('a', 9), status('b', 7)] } }),
    secondsAgo: 7,
  },
  'a sidecar ends after them': {
    pod: aJobPod('a', {
      state: 'failed',
      spec: withSidecar,
      status: {
        containerStatuses: [status('a', 9)],
        initContainerStatuses: [status('setup', 50), status('proxy', 4)],
      },
    }),
    secondsAgo: 4,
  },
  'while one container runs, it is when the pod was no longer ready': {
    pod: aJobPod('a', {
      state: 'failed',
      forSeconds: 20,
      status: { containerStatuses: [status('a', 30), status('b')] },
    }),
    secondsAgo: 20,
  },
  'a pod that was ready to the last ended when it was told to go': {
    pod: aJobPod('a', { state: 'ready', forSeconds: 50, deleting: true }),
    secondsAgo: 0,
  },
};
for (const [name, { pod, secondsAgo }] of Object.entries(cases)) {
  test(name, () => expect((NOW - endedAt(pod)) / 1000).toBe(secondsAgo));
}
