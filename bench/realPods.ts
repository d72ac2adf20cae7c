import type { Api } from './support/api.ts';
import { percentile, timed } from './support/report.ts';

interface Pod {
  metadata: { name: string; resourceVersion: string };
  spec: { nodeName?: string };
  status?: { phase?: string };
}
interface Job {
  status?: { startTime?: string; completionTime?: string };
}
interface DaemonSet {
  status?: Record<string, number>;
}

const PODS = '/api/v1/namespaces/default/pods';
const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const DAEMON_SETS = '/apis/apps/v1/namespaces/default/daemonsets';
const IMAGE = 'busybox:1';
/** The same image by another name. */
const OTHER_IMAGE = 'sampan.test/pause:1';

interface Node {
  metadata: { name: string };
  status?: { conditions?: { type: string; status: string }[] };
}

/** A server is ready a moment before its nodes are. */
export async function untilNodesAreReady(api: Api, count: number): Promise<void> {
  const ready = new Set<string>();
  await api.until<Node>('/api/v1/nodes', undefined, ({ metadata, status }) => {
    const isReady = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    if (isReady) ready.add(metadata.name);
    return ready.size === count;
  });
}

const podSpec = (script: string, image = IMAGE) => ({
  terminationGracePeriodSeconds: 0,
  containers: [{ name: 'main', image, imagePullPolicy: 'IfNotPresent', command: ['/bin/sh', '-c', script] }],
});

export interface JobRun {
  /** From the request to its condition, as this process saw it. */
  readonly elapsedMs: number;
  /** As `kubectl get jobs` shows it: of times in whole seconds. */
  readonly durationSeconds: number;
  /** Medians over the job's pods, in milliseconds. */
  readonly hops: Readonly<Record<string, number>>;
}

export async function measureJob(
  api: Api,
  { completions, parallelism }: { completions: number; parallelism: number },
): Promise<JobRun> {
  const hops = followPods(api, completions);
  const template = { spec: { ...podSpec('exec sleep 10'), restartPolicy: 'Never' } };
  let durationSeconds = Number.NaN;
  const elapsedMs = await timed(async () => {
    const done = api.until<Job>(JOBS, 'bench', ({ status }) => {
      if (!status?.completionTime) return false;
      durationSeconds = (Date.parse(status.completionTime) - Date.parse(status.startTime!)) / 1000;
      return true;
    });
    await api.call('POST', JOBS, {
      metadata: { name: 'bench' },
      spec: { completions, parallelism, template },
    });
    await done;
  });
  const found = await hops;
  await removeAll(api, JOBS);
  return { elapsedMs, durationSeconds, hops: found };
}

/** When the pods were first seen, seen bound, running and done. */
async function followPods(api: Api, count: number): Promise<Record<string, number>> {
  const seen = new Map<string, Record<string, number>>();
  let done = 0;
  await api.until<Pod>(PODS, undefined, ({ metadata, spec, status }) => {
    const times = seen.get(metadata.name) ?? { created: performance.now() };
    seen.set(metadata.name, times);
    if (spec.nodeName) times.bound ??= performance.now();
    if (status?.phase === 'Running') times.running ??= performance.now();
    if (status?.phase === 'Succeeded' && times.succeeded === undefined) {
      times.succeeded = performance.now();
      done++;
    }
    return done === count;
  });
  const median = (from: string, to: string) =>
    Math.round(
      percentile(
        [...seen.values()].map((times) => times[to]! - times[from]!),
        50,
      ),
    );
  return {
    createdToBound: median('created', 'bound'),
    boundToRunning: median('bound', 'running'),
    runningToSucceeded: median('running', 'succeeded'),
  };
}

/** From the request to the moment at which the pod is seen Running, of one pod after the other. */
export async function measureStarts(api: Api, count: number): Promise<number[]> {
  const results: number[] = [];
  for (let index = 0; index < count; index++) {
    const name = `start-${index}`;
    results.push(
      await timed(async () => {
        const running = api.until<Pod>(PODS, name, ({ status }) => status?.phase === 'Running');
        await api.call('POST', PODS, { metadata: { name }, spec: podSpec('exec sleep 1000') });
        await running;
      }),
    );
    await removeAll(api, PODS);
  }
  return results;
}

export async function measureImageChange(api: Api): Promise<number> {
  const daemonSet = (image: string) => ({
    metadata: { name: 'bench' },
    spec: {
      minReadySeconds: 5,
      selector: { matchLabels: { app: 'bench' } },
      template: { metadata: { labels: { app: 'bench' } }, spec: podSpec('exec sleep 1000', image) },
    },
  });
  const until = (generation: number) =>
    api.until<DaemonSet>(
      DAEMON_SETS,
      'bench',
      ({ status }) =>
        status?.observedGeneration === generation &&
        status.updatedNumberScheduled === 4 &&
        status.numberAvailable === 4,
    );
  await api.call('POST', DAEMON_SETS, daemonSet(IMAGE));
  await until(1);
  const elapsed = await timed(async () => {
    const type = 'application/merge-patch+json';
    await api.call('PATCH', `${DAEMON_SETS}/bench`, { spec: daemonSet(OTHER_IMAGE).spec }, type);
    await until(2);
  });
  await removeAll(api, DAEMON_SETS);
  return elapsed;
}

/** Deletes the collection, and waits until no pod is left. */
async function removeAll(api: Api, collection: string): Promise<void> {
  await api.call('DELETE', `${collection}?propagationPolicy=Background`);
  const { metadata, items } = await api.json<{ metadata: { resourceVersion: string }; items: Pod[] }>(
    'GET',
    PODS,
  );
  const left = new Set(items.map(({ metadata: { name } }) => name));
  if (left.size === 0) return;
  await api.watch<Pod>(
    `${PODS}?watch=true&resourceVersion=${metadata.resourceVersion}`,
    ({ type, object }) => type === 'DELETED' && left.delete(object.metadata.name) && left.size === 0,
  );
}
