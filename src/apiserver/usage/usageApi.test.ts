import { beforeEach, describe, expect, test } from 'vitest';
import type { Pod } from '../../generated/types.ts';
import { Nodes, Pods, ServiceAccounts } from '../../resources/kinds.ts';
import type { NodeAccess, NodeUsage, Usage } from '../streams/nodeAccess.ts';
import { jsonOf, startServer } from '../testing/server.ts';

const GROUP = '/apis/metrics.k8s.io/v1beta1';
const usage = (nanoCores: number, memoryBytes: number, timestamp: number): Usage => ({
  timestamp,
  windowMs: 15_092,
  nanoCores,
  memoryBytes,
});

let server: Awaited<ReturnType<typeof startServer>>;
let told: Record<string, () => Promise<NodeUsage>>;
let now: number;

beforeEach(async () => {
  told = {};
  const nodeAccessFor = (node: string): NodeAccess | undefined =>
    told[node] && {
      usage: told[node],
      get: async (path, query) => ({ status: 202, contentType: 'text/x', body: `${node} ${path} ${query}` }),
    };
  server = await startServer({ nodeAccessFor });
  now = server.clock.now();
  await server.client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  for (const name of ['node01', 'node02']) await addNode(name);
  const web = await addPod('web', 'node01', { app: 'web' });
  const db = await addPod('db', 'node02');
  await addPod('waiting', 'node02', {}, 'Pending');
  told.node01 = async () => ({ node: usage(250_000_000, 2048, now), pods: [podUsage(web, 'main', 'side')] });
  told.node02 = async () => ({ node: usage(1_234_567, 1000, now), pods: [podUsage(db, 'main')] });
});

const addNode = (name: string) =>
  server.client.create(Nodes, { metadata: { name, labels: { disk: name } }, spec: {} });

async function addPod(name: string, nodeName: string, labels = {}, phase = 'Running'): Promise<Pod> {
  const spec = { nodeName, containers: [{ name: 'main', image: 'x' }] };
  const created = await server.client.create(Pods, {
    metadata: { name, namespace: 'default', labels },
    spec,
  });
  const patch = { type: 'merge', body: { status: { phase } } } as const;
  await server.client.patch(Pods, { name, namespace: 'default' }, patch, { subresource: 'status' });
  return created;
}

const podUsage = ({ metadata }: Pod, ...containers: string[]) => ({
  namespace: metadata.namespace!,
  name: metadata.name!,
  uid: metadata.uid!,
  containers: containers.map((name, index) => ({
    name,
    ...usage(1_000_000, 4 * 1024 ** 2, now - index * 1000),
  })),
});

const get = async (path: string, accept = 'application/json') =>
  server.send('GET', path, { headers: { accept } });
const read = async (path: string) => jsonOf(await get(path));
const names = ({ items }: { items: { metadata: { name: string } }[] }) =>
  items.map(({ metadata }) => metadata.name);

test('a node is told of as metrics-server does', async () => {
  expect(await read(`${GROUP}/nodes/node01`)).toEqual({
    kind: 'NodeMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name: 'node01', creationTimestamp: '2026-01-01T00:00:00Z', labels: { disk: 'node01' } },
    timestamp: '2026-01-01T00:00:00Z',
    window: '15.092s',
    usage: { cpu: '250m', memory: '2Ki' },
  });
});

test('a pod is told of by its containers, of the time of the oldest look', async () => {
  const used = { cpu: '1m', memory: '4Mi' };
  expect(await read(`${GROUP}/namespaces/default/pods/web`)).toEqual({
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: {
      name: 'web',
      namespace: 'default',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'web' },
    },
    timestamp: '2025-12-31T23:59:59Z',
    window: '15.092s',
    containers: [
      { name: 'main', usage: used },
      { name: 'side', usage: used },
    ],
  });
});

test.each([
  ['nodes', ['node01', 'node02']],
  ['nodes?labelSelector=disk%3Dnode02', ['node02']],
  ['nodes?fieldSelector=metadata.name%3Dnode01', ['node01']],
  ['pods', ['db', 'web']],
  ['namespaces/default/pods', ['db', 'web']],
  ['namespaces/default/pods?labelSelector=app', ['web']],
  ['namespaces/kube-system/pods', []],
])('a list of %s', async (path, want) => {
  const list = await read(`${GROUP}/${path}`);
  expect(list).toMatchObject({ apiVersion: 'metrics.k8s.io/v1beta1', metadata: {} });
  expect(names(list)).toEqual(want);
});

test('a node that does not tell is left out, and keeps nobody from hearing of the others', async () => {
  told.node01 = () => Promise.reject(new Error('connection refused'));
  delete told.node02;
  await addNode('node03');
  told.node03 = async () => ({ node: usage(1, 1, now), pods: [] });
  expect(names(await read(`${GROUP}/nodes`))).toEqual(['node03']);
  expect(names(await read(`${GROUP}/pods`))).toEqual([]);
});

test('a node that does not answer is waited for ten seconds', async () => {
  told.node01 = () => new Promise(() => {});
  const answer = read(`${GROUP}/nodes`);
  await server.clock.advance(10_000);
  expect(names(await answer)).toEqual(['node02']);
});

test('only nodes of pods that are asked for are asked', async () => {
  told.node02 = () => {
    throw new Error('asked for nothing');
  };
  expect(names(await read(`${GROUP}/pods?labelSelector=app`))).toEqual(['web']);
});

describe('what there is not', () => {
  test.each([
    ['namespaces/default/pods/nobody', 404, 'pods "nobody" not found'],
    ['namespaces/default/pods/waiting', 404, 'podmetrics.metrics.k8s.io "default/waiting" not found'],
    ['nodes/nowhere', 404, 'nodes "nowhere" not found'],
    ['nodes/node03', 404, 'nodemetrics.metrics.k8s.io "node03" not found'],
    ['services', 404, 'the server could not find the requested resource'],
    ['nodes?watch=1', 405, 'the server does not allow this method on the requested resource'],
  ])('%s', async (path, code, message) => {
    await addNode('node03');
    expect(await read(`${GROUP}/${path}`)).toMatchObject({ kind: 'Status', code, message });
  });

  test('a write', async () => {
    expect(await server.send('POST', `${GROUP}/nodes`, { body: {} })).toMatchObject({ status: 405 });
  });
});

test('who may view a namespace sees what its pods use, and nobody else does', async () => {
  const peer = { certificate: { isTrusted: true, commonName: 'jane', organizations: [] } };
  const answer = await server.send('GET', `${GROUP}/namespaces/default/pods`, { peer });
  expect(jsonOf(answer)).toMatchObject({
    code: 403,
    message:
      'pods.metrics.k8s.io is forbidden: User "jane" cannot list resource "pods" in API group "metrics.k8s.io" in the namespace "default"',
  });
});

test('as a table, a pod uses what its containers do together', async () => {
  const table = jsonOf(
    await get(`${GROUP}/namespaces/default/pods`, 'application/json;as=Table;v=v1;g=meta.k8s.io'),
  );
  expect(table.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
    'Name',
    'cpu',
    'memory',
    'Window',
  ]);
  expect(table.rows.map(({ cells }: { cells: string[] }) => cells)).toEqual([
    ['db', '1m', '4Mi', '15.092s'],
    ['web', '2m', '8Mi', '15.092s'],
  ]);
});

test('discovery and OpenAPI tell of both kinds', async () => {
  expect(await read(GROUP)).toMatchObject({
    groupVersion: 'metrics.k8s.io/v1beta1',
    resources: [
      { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
      { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
    ],
  });
  const { components, paths } = await read(`/openapi/v3${GROUP}`);
  expect(Object.keys(components.schemas)).toContain('io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics');
  expect(Object.keys(paths)).toContain(`${GROUP}/namespaces/{namespace}/pods/{name}`);
});

describe('the proxy of a node', () => {
  const PROXY = '/api/v1/nodes/node01/proxy';

  test('answers what its kubelet does', async () => {
    expect(await get(`${PROXY}/stats/summary?only_cpu_and_memory=true`)).toMatchObject({
      status: 202,
      headers: { 'content-type': 'text/x' },
      body: 'node01 /stats/summary only_cpu_and_memory=true',
    });
  });

  test.each(['node01:10250', 'https:node01:10250', 'https:node01:'])(
    'is that of its kubelet as %s',
    async (name) => {
      const answer = await get(`/api/v1/nodes/${name}/proxy/healthz`);
      expect(answer).toMatchObject({ status: 202, body: 'node01 /healthz ' });
    },
  );

  test.each([
    [
      '/api/v1/nodes/node01:9100/proxy/metrics',
      503,
      'error trying to reach service: only the kubelet of node node01 is asked, not its port 9100',
    ],
    ['/api/v1/nodes/ftp:node01:21/proxy/', 400, 'invalid node request "ftp:node01:21"'],
    ['/api/v1/nodes/nowhere/proxy/healthz', 404, 'nodes "nowhere" not found'],
    [
      '/api/v1/nodes/node03/proxy/healthz',
      503,
      'error trying to reach service: node node03 does not tell where its kubelet listens',
    ],
    ['/api/v1/nodes/node01/proxy/containerLogs/default/web/main', 404, '404 page not found'],
    ['/api/v1/nodes/node01/status/healthz', 404, 'the server could not find the requested resource'],
  ])('%s', async (path, code, message) => {
    await addNode('node03');
    expect(await read(path)).toMatchObject({ code, message });
  });

  test('is for reading only, by those who may use nodes/proxy', async () => {
    expect(await server.send('POST', `${PROXY}/healthz`, { body: {} })).toMatchObject({ status: 405 });
    const peer = { certificate: { isTrusted: true, commonName: 'jane', organizations: [] } };
    expect(jsonOf(await server.send('GET', `${PROXY}/pods`, { peer })).message).toBe(
      'nodes "node01" is forbidden: User "jane" cannot get resource "nodes/proxy" in API group "" at the cluster scope',
    );
  });
});
