import { rssMb } from './idle.ts';
import { repeat, report, timed } from './support/report.ts';
import { startServer } from './support/server.ts';

interface DaemonSet {
  status?: {
    numberReady?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
    observedGeneration?: number;
  };
}

const COLLECTION = '/apis/apps/v1/namespaces/default/daemonsets';
const PODS = '/api/v1/namespaces/default/pods';

const daemonSet = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'fleet' },
  spec: {
    selector: { matchLabels: { app: 'fleet' } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
    template: {
      metadata: { labels: { app: 'fleet' } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image }] },
    },
  },
});

/** A DaemonSet on a fleet: created until all are Ready, changed 10 % at a time until all are new, deleted until all are gone. */
export async function benchDaemonSet(nodes: number, runs: number): Promise<void> {
  const results = await repeat(runs, () => measure(nodes));
  const line = (what: string, of: (result: Result) => number) =>
    report(`DaemonSet on ${nodes} nodes: ${what}`, 'ms', results.map(of));
  line('create to all Ready', ({ created }) => created);
  line('image change, maxUnavailable 10%, to all updated', ({ changed }) => changed);
  line('delete to all gone', ({ deleted }) => deleted);
  report(
    `memory after a DaemonSet on ${nodes} nodes (RSS)`,
    'MB',
    results.map(({ memory }) => memory),
  );
}

type Result = Record<'created' | 'changed' | 'deleted' | 'memory', number>;

async function measure(nodes: number): Promise<Result> {
  await using server = await startServer('--nodes', String(nodes));
  const { api } = server;
  const until = (holds: (status: NonNullable<DaemonSet['status']>) => boolean) =>
    api.until<DaemonSet>(COLLECTION, 'fleet', ({ status }) => status !== undefined && holds(status));
  const created = await timed(async () => {
    const ready = until(({ numberReady }) => numberReady === nodes);
    await api.call('POST', COLLECTION, daemonSet('nginx:1'));
    await ready;
  });
  const changed = await timed(async () => {
    await api.call(
      'PATCH',
      `${COLLECTION}/fleet`,
      { spec: daemonSet('nginx:2').spec },
      'application/merge-patch+json',
    );
    await until(
      ({ observedGeneration, updatedNumberScheduled, numberAvailable }) =>
        observedGeneration === 2 && updatedNumberScheduled === nodes && numberAvailable === nodes,
    );
  });
  const deleted = await timed(async () => {
    let left = nodes;
    const { metadata } = await api.json<{ metadata: { resourceVersion: string } }>('GET', `${PODS}?limit=1`);
    const gone = api.watch(
      `${PODS}?watch=true&resourceVersion=${metadata.resourceVersion}`,
      ({ type }) => type === 'DELETED' && --left === 0,
    );
    await api.call('DELETE', `${COLLECTION}/fleet`);
    await gone;
  });
  return { created, changed, deleted, memory: rssMb(server.pid) };
}
