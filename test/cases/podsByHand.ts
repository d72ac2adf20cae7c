import { isDeepStrictEqual } from 'node:util';
import type { ContainerStatus, Job, Pod, PodStatus } from '../../src/generated/types.ts';
import type { TestCluster } from '../../src/index.ts';
import { jobNamed, podsOf, ref } from './support.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';
const TRACKING = 'batch.kubernetes.io/job-tracking';

/** What the status of a Job says of its pods; what is not there counts as none. */
export interface Counts {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
}

export const countsOf = ({ status = {} }: Job): Counts => ({
  active: status.active ?? 0,
  ready: status.ready ?? -1,
  terminating: status.terminating ?? -1,
  succeeded: status.succeeded ?? 0,
  failed: status.failed ?? 0,
});

const NONE: Counts = { active: 0, ready: 0, terminating: 0, succeeded: 0, failed: 0 };

/** Waits until the status of a Job counts so many pods, and none of the other sorts; resolves to the Job. */
export async function untilCounts(cluster: TestCluster, name: string, counts: Partial<Counts>): Promise<Job> {
  const wanted = { ...NONE, ...counts };
  let seen = NONE;
  const isSo = async () => {
    seen = countsOf(await jobNamed(cluster, name));
    return isDeepStrictEqual(seen, wanted);
  };
  try {
    await cluster.clock.runUntil(isSo, { limit: '2m' });
  } catch (cause) {
    throw new Error(`Wanted ${JSON.stringify(wanted)} of job ${name}, but last was ${JSON.stringify(seen)}`, {
      cause,
    });
  }
  return jobNamed(cluster, name);
}

export const isLive = ({ status }: Pod): boolean =>
  status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
export const indexOf = ({ metadata }: Pod): number => Number(metadata.annotations?.[INDEX]);
export const isHeld = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING) ?? false;

export const indexesOf = (pods: readonly Pod[]): readonly number[] =>
  pods.map(indexOf).toSorted((a, b) => a - b);

export const livePods = async (cluster: TestCluster): Promise<readonly Pod[]> =>
  (await podsOf(cluster)).filter(isLive);

/** The status of a pod as a client in Go writes it that has filled in only what matters to it. */
export const endedStatus = (phase: 'Succeeded' | 'Failed', exitCode = 0, finishedAt?: string): PodStatus => {
  const terminated = { exitCode, startedAt: null, finishedAt: finishedAt ?? null };
  const hollow = { name: '', image: '', imageID: '', ready: false, restartCount: 0, lastState: {} };
  return { phase, containerStatuses: [{ ...hollow, state: { terminated } } as unknown as ContainerStatus] };
};

/** Writes the status of a pod as its node agent would, but whole. */
export async function writeStatus(cluster: TestCluster, pod: Pod, status: PodStatus): Promise<void> {
  await cluster.client.update('v1', 'Pod', { ...pod, status }, { subresource: 'status' });
}

/** Ends so many of the pods that are still live, or the live pod of an index. */
export async function endPods(
  cluster: TestCluster,
  phase: 'Succeeded' | 'Failed',
  which: { readonly count: number } | { readonly index: number },
  exitCode = phase === 'Failed' ? 1 : 0,
): Promise<void> {
  const live = await livePods(cluster);
  const chosen =
    'count' in which ? live.slice(0, which.count) : live.filter((pod) => indexOf(pod) === which.index);
  const wanted = 'count' in which ? which.count : 1;
  if (chosen.length < wanted) throw new Error(`Only ${chosen.length} of ${wanted} pods are live`);
  const finishedAt = new Date(cluster.clock.now()).toISOString();
  for (const pod of chosen.slice(0, wanted)) {
    await writeStatus(cluster, pod, endedStatus(phase, exitCode, finishedAt));
  }
}

export async function deletePods(cluster: TestCluster): Promise<void> {
  for (const { metadata } of await livePods(cluster))
    await cluster.client.delete('v1', 'Pod', ref(metadata.name!));
}
