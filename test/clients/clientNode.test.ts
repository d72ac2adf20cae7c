import { PassThrough } from 'node:stream';
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
  type V1Status,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { within } from '../support/waiting.ts';

const namespace = 'default';
let cluster: TestCluster;
let config: KubeConfig;
let core: CoreV1Api;
beforeAll(async () => {
  cluster = await TestCluster.start({ nodes: 1 });
  config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  core = config.makeApiClient(CoreV1Api);
});
afterAll(() => cluster.stop());

const configMap = (name: string, data: Record<string, string>) => ({ metadata: { name }, data });
const podOf = (name: string, script: string): V1Pod => ({
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script] }] },
});
const as = (strategy: string) => setHeaderOptions('Content-Type', strategy);
const failureOf = async (attempt: Promise<unknown>) => {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiException);
  const { code, body } = error as ApiException<string>;
  return { code, reason: JSON.parse(body).reason };
};

/** Resolves when `isDone` holds, which is asked whenever something was told to `tell`. */
function listener(isDone: (told: readonly string[]) => boolean) {
  const told: string[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const tell = (what: string) => {
    told.push(what);
    if (isDone(told)) resolve(told);
  };
  return { tell, done: within(promise, () => `more than ${told}`) };
}

test('an object is made, replaced once by version, and removed', async () => {
  const created = await core.createNamespacedConfigMap({ namespace, body: configMap('crud', { a: '1' }) });
  expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date);
  const body = { ...created, data: { a: '2' } };
  const replaced = await core.replaceNamespacedConfigMap({ name: 'crud', namespace, body });
  expect(replaced.data).toEqual({ a: '2' });
  expect(await failureOf(core.replaceNamespacedConfigMap({ name: 'crud', namespace, body }))).toEqual({
    code: 409,
    reason: 'Conflict',
  });
  await core.deleteNamespacedConfigMap({ name: 'crud', namespace });
  expect(await failureOf(core.readNamespacedConfigMap({ name: 'crud', namespace }))).toEqual({
    code: 404,
    reason: 'NotFound',
  });
});

test('every way of patching', async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('patched', { a: '1' }) });
  const name = 'patched';
  const patch = (body: unknown, strategy: string, more = {}) =>
    core.patchNamespacedConfigMap({ name, namespace, body, ...more }, as(strategy));
  await patch([{ op: 'add', path: '/data/b', value: '2' }], PatchStrategy.JsonPatch);
  await patch({ data: { a: null } }, PatchStrategy.MergePatch);
  await patch({ data: { c: '3' } }, PatchStrategy.StrategicMergePatch);
  const whole = { apiVersion: 'v1', kind: 'ConfigMap', ...configMap(name, { d: '4' }) };
  const applied = await patch(whole, PatchStrategy.ServerSideApply, { fieldManager: 'me' });
  expect(applied.data).toEqual({ b: '2', c: '3', d: '4' });
  expect(applied.metadata?.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'me', operation: 'Apply' }),
  );
});

test('an informer and a streaming list see a pod come and go', async () => {
  const isGone = (told: readonly string[]) => told.includes('delete seen');
  const informed = listener(isGone);
  const list = () => core.listNamespacedPod({ namespace, labelSelector: 'app=seen' });
  const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, list, 'app=seen');
  for (const verb of ['add', 'delete'] as const) {
    informer.on(verb, (pod: V1Pod) => informed.tell(`${verb} ${pod.metadata?.name}`));
  }
  informer.on('error', () => {});
  await informer.start();
  const watched = listener((told) => told.at(-1) === 'DELETED seen');
  const query = { sendInitialEvents: true, allowWatchBookmarks: true, resourceVersionMatch: 'NotOlderThan' };
  const watch = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/pods`,
    query,
    (type, pod: V1Pod) => watched.tell(`${type} ${pod.metadata?.name ?? ''}`),
    () => {},
  );

  await core.createNamespacedPod({ namespace, body: podOf('seen', 'sleep 1000') });
  await core.deleteNamespacedPod({ name: 'seen', namespace, gracePeriodSeconds: 0 });
  expect(await informed.done).toEqual(['add seen', 'delete seen']);
  expect((await watched.done).slice(0, 2)).toEqual(['BOOKMARK ', 'ADDED seen']);
  watch.abort();
  await informer.stop();
});

test('a pod tells its log, and runs what it is told to', async () => {
  await core.createNamespacedPod({ namespace, body: podOf('talker', 'echo hello; sleep 1000') });
  await cluster.kubectl('v1.35.2', 'wait', '--for=condition=Ready', 'pod/talker', '--timeout=30s');
  expect(await core.readNamespacedPodLog({ name: 'talker', namespace })).toBe('hello\n');
  const stdout = new PassThrough();
  const command = ['sh', '-c', 'echo out; exit 3'];
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config)
      .exec(namespace, 'talker', 'main', command, stdout, null, null, false, resolve)
      .catch(reject);
  });
  expect(String(stdout.read())).toBe('out\n');
  expect(status).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode' });
  expect(status.details?.causes).toMatchObject([{ reason: 'ExitCode', message: '3' }]);
});

test('objects without types, and their scale', async () => {
  const objects = KubernetesObjectApi.makeApiClient(config);
  const template = { metadata: { labels: { app: 'web' } }, spec: podOf('web', 'sleep 1000').spec };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  };
  await objects.create(deployment);
  expect((await objects.list('apps/v1', 'Deployment', namespace)).items).toHaveLength(1);
  const apps = config.makeApiClient(AppsV1Api);
  expect(await apps.readNamespacedDeploymentScale({ name: 'web', namespace })).toMatchObject({
    kind: 'Scale',
    spec: { replicas: 2 },
  });
  await objects.delete(deployment);
});
