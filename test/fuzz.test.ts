import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from './support/api.ts';
import { TestCluster } from './support/cluster.ts';
import { type FuzzRequest, fuzzRequests } from './support/fuzz/requests.ts';
import { liveHeapMegabytes } from './support/liveHeap.ts';

const REQUESTS = 20_000;
const CONNECTIONS = 16;
/** Of live heap. What history and events keep of ten thousand requests are some three. */
const WITHIN_MB = 12;
const seed = Number(process.env.FUZZ_SEED ?? 20261124);

let cluster: TestCluster;
let api: Api;
beforeAll(async () => {
  cluster = await TestCluster.start({ nodes: 1, inspected: true });
  api = new Api(cluster.api.access, { maxSockets: CONNECTIONS });
  await api.post('/api/v1/namespaces', { metadata: { name: 'fuzz' } });
});
afterAll(async () => {
  api?.close();
  await cluster?.stop();
});

test(`${REQUESTS} generated requests (FUZZ_SEED=${seed}) never get a 5xx, and leave the server as it was`, async () => {
  const requests = fuzzRequests(seed, REQUESTS);
  // The first half warms up: code is compiled, caches fill.
  const offences = await sendAll(requests.slice(0, REQUESTS / 2));
  await emptied();
  const before = await liveHeapMegabytes(cluster.inspector);
  offences.push(...(await sendAll(requests.slice(REQUESTS / 2))));
  await emptied();
  expect(offences).toEqual([]);
  expect((await api.request({ path: '/readyz' })).text).toBe('ok');
  expect(await liveHeapMegabytes(cluster.inspector)).toBeLessThan(before + WITHIN_MB);
});

/** Sends them over a few connections, and tells which were answered as none should be. */
async function sendAll(requests: readonly FuzzRequest[]): Promise<string[]> {
  const offences: string[] = [];
  const waiting = requests.values();
  const sendInTurn = async () => {
    for (const request of waiting) {
      const offence = await send(request);
      if (offence !== undefined) offences.push(offence);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sendInTurn));
  return offences;
}

async function send(request: FuzzRequest): Promise<string | undefined> {
  try {
    const response = await api.open(request);
    response.on('error', () => {}); // our own hanging up
    if (request.isStream) response.destroy();
    const text = request.isStream ? '' : Buffer.concat(await response.toArray()).toString('utf8');
    return response.statusCode! < 500 ? undefined : inWords(request, `${response.statusCode} ${text}`);
  } catch (error) {
    return inWords(request, String(error));
  }
}

const inWords = ({ method, path, headers, body }: FuzzRequest, answer: string) =>
  `${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${String(body).slice(0, 1000)} → ${answer.slice(0, 500)}`;

/** Deletes what the requests made, so that only what is lost counts. */
async function emptied(): Promise<void> {
  for (const namespace of ['default', 'fuzz']) {
    for (const collection of ['apis/apps/v1', 'apis/batch/v1', 'api/v1'].flatMap(collectionsOf(namespace))) {
      await api.request({ method: 'DELETE', path: `${collection}?gracePeriodSeconds=0` });
    }
  }
}

const PLURALS: Readonly<Record<string, readonly string[]>> = {
  'apis/apps/v1': ['deployments', 'replicasets', 'daemonsets', 'controllerrevisions'],
  'apis/batch/v1': ['cronjobs', 'jobs'],
  'api/v1': ['pods', 'configmaps', 'secrets'],
};
const collectionsOf = (namespace: string) => (root: string) =>
  PLURALS[root]!.map((plural) => `/${root}/namespaces/${namespace}/${plural}`);
