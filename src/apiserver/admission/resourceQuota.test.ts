import { expect, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import type { ConfigMap, PodSpec, ResourceQuotaSpec, Service } from '../../generated/types.ts';
import { ConfigMaps, Namespaces, Pods, ResourceQuotas, Services } from '../../resources/kinds.ts';
import { namespace, pod } from '../testing/registry.ts';
import { outcome, startAdmission } from './testing.ts';

async function withQuota(spec: ResourceQuotaSpec) {
  const admission = await startAdmission();
  await admission.client.create(ResourceQuotas, { metadata: { name: 'q', namespace: 'default' }, spec });
  return admission;
}

const configMap = (rest: ConfigMap['metadata']): ConfigMap => ({
  metadata: { namespace: 'default', ...rest },
});
const asking = (requests: Record<string, string>): Partial<PodSpec> => ({
  containers: [{ name: 'main', image: 'alpine', resources: { requests } }],
});
const create = (client: Client, name: string, spec?: Partial<PodSpec>) =>
  outcome(client.create(Pods, pod(name, spec)));

test('what goes beyond a quota is refused, and told with what is used', async () => {
  const { client } = await withQuota({ hard: { pods: '2', 'requests.cpu': '1' } });
  expect(await create(client, 'a', asking({ cpu: '600m' }))).toBe('done');
  expect(await create(client, 'b', asking({ cpu: '600m' }))).toBe(
    '403 Forbidden: pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
  );
  expect(await create(client, 'b', asking({ cpu: '400m' }))).toBe('done');
  expect(await create(client, 'c', asking({ cpu: '1m' }))).toBe(
    '403 Forbidden: pods "c" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=1m, used: pods=2,requests.cpu=1, limited: pods=2,requests.cpu=1',
  );
});

test('what is gone is free again', async () => {
  const { client } = await withQuota({ hard: { pods: '1' } });
  expect(await create(client, 'a')).toBe('done');
  await client.delete(Pods, { name: 'a', namespace: 'default' }, { gracePeriodSeconds: 0 });
  expect(await create(client, 'b')).toBe('done');
});

test('creations that arrive together do not exceed it together', async () => {
  const { client } = await withQuota({ hard: { pods: '3' } });
  const outcomes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => create(client, name)));
  expect(outcomes.filter((each) => each === 'done')).toHaveLength(3);
});

test('a creation that fails uses nothing up', async () => {
  const { client } = await withQuota({ hard: { 'count/configmaps': '2' } });
  const first = client.create(ConfigMaps, configMap({ name: 'a' }));
  expect(await outcome(first)).toBe('done');
  expect(await outcome(client.create(ConfigMaps, configMap({ name: 'a' })))).toMatch(/^409 AlreadyExists/);
  expect(await outcome(client.create(ConfigMaps, configMap({ name: 'b' })))).toBe('done');
  expect(await outcome(client.create(ConfigMaps, configMap({ name: 'c' })))).toMatch(
    'requested: count/configmaps=1, used: count/configmaps=2, limited: count/configmaps=2',
  );
});

test('nor does a dry run', async () => {
  const { client } = await withQuota({ hard: { pods: '1' } });
  await client.create(Pods, pod('a'), { dryRun: true });
  expect(await create(client, 'b')).toBe('done');
  expect(await outcome(client.create(Pods, pod('c'), { dryRun: true }))).toMatch('exceeded quota: q');
});

test('every container must name what a quota bounds', async () => {
  const { client } = await withQuota({ hard: { 'requests.cpu': '1', 'limits.memory': '1Gi' } });
  expect(await create(client, 'a', asking({ cpu: '1m' }))).toBe(
    '403 Forbidden: pods "a" is forbidden: failed quota: q: must specify limits.memory for: main',
  );
});

test('a pod that is named by its prefix goes by that', async () => {
  const { client } = await withQuota({ hard: { pods: '0' } });
  const given = { ...pod('a'), metadata: { generateName: 'job-', namespace: 'default' } };
  expect(await outcome(client.create(Pods, given))).toMatch(/pods "job-[a-z0-9]{5}" is forbidden: exceeded/);
});

const service = (type: string, nodePorts: number): Service => ({
  metadata: { name: 's', namespace: 'default' },
  spec: {
    type,
    ports: Array.from({ length: nodePorts }, (_, index) => ({ name: `p${index}`, port: 80 + index })),
  },
});

test('a service that comes to use more is held to it as well, and may always use less', async () => {
  const { client } = await withQuota({ hard: { 'services.nodeports': '1' } });
  const created = await client.create(Services, service('ClusterIP', 2));
  const wider = { ...created, spec: { ...created.spec, type: 'NodePort' } };
  expect(await outcome(client.update(Services, wider))).toMatch(
    'exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
  );
  await client.patch(
    ResourceQuotas,
    { name: 'q', namespace: 'default' },
    { type: 'merge', body: { spec: { hard: { 'services.nodeports': '2' } } } },
  );
  const now = await client.update(Services, wider);
  await client.patch(
    ResourceQuotas,
    { name: 'q', namespace: 'default' },
    { type: 'merge', body: { spec: { hard: { 'services.nodeports': '1' } } } },
  );
  expect(
    await outcome(client.update(Services, { ...now, metadata: { ...now.metadata, labels: { a: 'b' } } })),
  ).toBe('done');
});

test('another namespace is not bounded', async () => {
  const { client } = await startAdmission();
  await client.create(ResourceQuotas, {
    metadata: { name: 'q', namespace: 'default' },
    spec: { hard: { 'count/configmaps': '0' } },
  });
  await client.create(Namespaces, namespace('other'));
  const given = configMap({ name: 'a', namespace: 'other' });
  expect(await outcome(client.create(ConfigMaps, given))).toBe('done');
});
