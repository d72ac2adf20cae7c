import { expect, test } from 'vitest';
import type { ConfigMap, Pod, ResourceQuota } from '../../generated/types.ts';
import { allResources } from '../../resources/allResources.ts';
import { ConfigMaps, Pods, ResourceQuotas } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { ResourceQuotaController } from './controller.ts';

const AT = { name: 'q', namespace: 'default' };

const quota = (hard: Record<string, string>): ResourceQuota => ({ metadata: AT, spec: { hard } });
const pod = (name: string): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: {
    containers: [{ name: 'main', image: 'alpine', resources: { requests: { cpu: '100m' } } }],
    nodeName: 'node01',
  },
});
const configMap = (name: string): ConfigMap => ({ metadata: { name, namespace: 'default' } });

async function start(hard: Record<string, string>): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  const namespaced = allResources.filter((type) => type.namespaced);
  await cluster.run((context, run) => run(new ResourceQuotaController(context, namespaced)));
  await cluster.client.create(ResourceQuotas, quota(hard));
  await cluster.clock.advance(0);
  return cluster;
}

async function status({ client, clock }: TestCluster): Promise<ResourceQuota['status']> {
  await clock.advance(0);
  return (await client.get(ResourceQuotas, AT)).status;
}

test('a quota tells at once what it allows, and that nothing is used', async () => {
  const cluster = await start({ pods: '5', 'requests.cpu': '1', 'example.com/unknown': '3' });
  expect(await status(cluster)).toEqual({
    hard: { pods: '5', 'requests.cpu': '1', 'example.com/unknown': '3' },
    used: { pods: '0', 'requests.cpu': '0' },
  });
});

test('of claims of volumes nothing is used', async () => {
  const hard = {
    persistentvolumeclaims: '1',
    'requests.storage': '5Gi',
    'gold.storageclass.storage.k8s.io/requests.storage': '1Gi',
  };
  const cluster = await start(hard);
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  expect(await status(cluster)).toEqual({ hard, used });
});

test('and then what is', async () => {
  const cluster = await start({ pods: '5', 'requests.cpu': '1', configmaps: '4' });
  await cluster.client.create(Pods, pod('a'));
  await cluster.client.create(Pods, pod('b'));
  await cluster.client.create(ConfigMaps, configMap('c'));
  expect((await status(cluster))?.used).toEqual({ pods: '2', 'requests.cpu': '200m', configmaps: '1' });
  await cluster.client.delete(Pods, { name: 'a', namespace: 'default' }, { gracePeriodSeconds: 0 });
  expect((await status(cluster))?.used).toEqual({ pods: '1', 'requests.cpu': '100m', configmaps: '1' });
});

test('a pod that is resized counts with the most of what it shall have and what it has', async () => {
  const cluster = await start({ 'requests.cpu': '1' });
  const ref = { name: 'a', namespace: 'default' };
  await cluster.client.create(Pods, pod('a'));
  const tell = (cpu: string) =>
    cluster.client.patch(
      Pods,
      ref,
      {
        type: 'merge',
        body: { status: { containerStatuses: [{ name: 'main', resources: { requests: { cpu } } }] } },
      },
      { subresource: 'status' },
    );
  const resize = (cpu: string) =>
    cluster.client.patch(
      Pods,
      ref,
      {
        type: 'strategic',
        body: { spec: { containers: [{ name: 'main', resources: { requests: { cpu } } }] } },
      },
      { subresource: 'resize' },
    );
  await tell('100m');
  await resize('300m');
  expect((await status(cluster))?.used).toEqual({ 'requests.cpu': '300m' });
  await tell('300m');
  await resize('200m');
  expect((await status(cluster))?.used).toEqual({ 'requests.cpu': '300m' });
  await tell('200m');
  expect((await status(cluster))?.used).toEqual({ 'requests.cpu': '200m' });
});

test('a pod that has ended is no longer counted, but as an object', async () => {
  const cluster = await start({ pods: '5', 'count/pods': '5' });
  await cluster.client.create(Pods, pod('a'));
  await cluster.client.patch(
    Pods,
    { name: 'a', namespace: 'default' },
    { type: 'merge', body: { status: { phase: 'Failed' } } },
    { subresource: 'status' },
  );
  expect((await status(cluster))?.used).toEqual({ pods: '0', 'count/pods': '1' });
});

test('when what is allowed changes, the status says so', async () => {
  const cluster = await start({ pods: '5' });
  await cluster.client.patch(ResourceQuotas, AT, {
    type: 'merge',
    body: { spec: { hard: { pods: null, secrets: '1' } } },
  });
  expect(await status(cluster)).toEqual({ hard: { secrets: '1' }, used: { secrets: '0' } });
});

test('a pod that nobody confirms to be gone is counted until its time is over', async () => {
  const cluster = await start({ pods: '5' });
  await cluster.client.create(Pods, {
    ...pod('a'),
    metadata: { ...pod('a').metadata, finalizers: ['x.y/z'] },
  });
  await cluster.client.delete(Pods, { name: 'a', namespace: 'default' }, { gracePeriodSeconds: 0 });
  expect((await status(cluster))?.used).toEqual({ pods: '1' });
  await cluster.clock.advance(1000);
  expect((await status(cluster))?.used).toEqual({ pods: '0' });
});
