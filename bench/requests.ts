import { inParallel, percentile, repeat, report, timed } from './support/report.ts';
import { startServer } from './support/server.ts';

const CLIENTS = 16;
const OBJECTS = 5_000;
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const configMap = (index: number, text: string) => ({
  metadata: { name: `object-${index}` },
  data: { text },
});
const perSecond = (count: number, ms: number) => (count * 1000) / ms;

/** Requests over HTTPS by 16 clients at once, every write on disk before it is answered; then a LIST of all, and a fan-out. */
export async function benchRequests(runs: number): Promise<void> {
  const results = await repeat(runs, measure);
  for (const verb of ['create', 'get', 'update'] as const) {
    report(
      `${verb} of 1 KiB ConfigMaps, 16 clients, with fsync`,
      'per second',
      results.map((result) => result[verb]),
    );
  }
  report(
    'LIST of 5,000 ConfigMaps, median',
    'ms',
    results.map(({ list }) => list),
  );
  report(
    'one write to 100 watchers: p99 after the response',
    'ms',
    results.map(({ fanOut }) => fanOut),
  );
}

async function measure(): Promise<Record<'create' | 'get' | 'update' | 'list' | 'fanOut', number>> {
  await using server = await startServer();
  const { api } = server;
  const text = 'x'.repeat(1024);
  const create = await timed(() =>
    inParallel(OBJECTS, CLIENTS, (index) => api.call('POST', CONFIG_MAPS, configMap(index, text))),
  );
  const get = await timed(() =>
    inParallel(OBJECTS, CLIENTS, (index) => api.call('GET', `${CONFIG_MAPS}/object-${index}`)),
  );
  const update = await timed(() =>
    inParallel(OBJECTS, CLIENTS, (index) =>
      api.call('PUT', `${CONFIG_MAPS}/object-${index}`, configMap(index, text.toUpperCase())),
    ),
  );
  const lists = await repeat(9, () => timed(() => api.call('GET', CONFIG_MAPS)));
  return {
    create: perSecond(OBJECTS, create),
    get: perSecond(OBJECTS, get),
    update: perSecond(OBJECTS, update),
    list: percentile(lists, 50),
    fanOut: await fanOut(server.api),
  };
}

/** How long after the answer to a write the slowest of 100 watchers has it. */
async function fanOut(api: Awaited<ReturnType<typeof startServer>>['api']): Promise<number> {
  const WATCHERS = 100;
  const late: number[] = [];
  let arrived: () => void = () => {};
  let answeredAt = Number.POSITIVE_INFINITY;
  const seen: number[] = [];
  const { metadata } = await api.json<{ metadata: { resourceVersion: string } }>(
    'GET',
    `${CONFIG_MAPS}?limit=1`,
  );
  for (let watcher = 0; watcher < WATCHERS; watcher++) {
    void api
      .watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${metadata.resourceVersion}`, () => {
        seen.push(performance.now());
        if (seen.length === WATCHERS) arrived();
        return false;
      })
      .catch(() => {});
  }
  for (let round = -1; round < 50; round++) {
    seen.length = 0;
    const all = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await api.call(
      'PATCH',
      `${CONFIG_MAPS}/object-0`,
      { data: { round: String(round) } },
      'application/merge-patch+json',
    );
    answeredAt = performance.now();
    await all;
    // The first round only shows that every watch stands.
    if (round >= 0) late.push(...seen.map((time) => Math.max(0, time - answeredAt)));
  }
  return percentile(late, 99);
}
