import { expect, test } from 'vitest';
import { createCluster } from './createCluster.ts';
import type { TestCluster } from './testCluster.ts';

const web = `
apiVersion: v1
kind: Service
metadata: { name: web, labels: { team: a } }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: web }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web, ports: [{ name: web, containerPort: 8080 }] }]
`;
const db = `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: db }] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: work }
spec:
  completionMode: Indexed
  completions: 2
  parallelism: 2
  template:
    metadata: { labels: { app: db } }
    spec:
      subdomain: db
      restartPolicy: Never
      containers: [{ name: work, image: work, command: [sleep, "3600"] }]
`;

async function slicesOf({ client }: TestCluster, service: string) {
  const { items } = await client.list('discovery.k8s.io/v1', 'EndpointSlice', { namespace: 'default' });
  return items.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
}

/** The addresses in slices and those in Endpoints, of what is ready. */
async function addressesOf(cluster: TestCluster, service: string) {
  const slices = await slicesOf(cluster, service);
  const ready = slices.flatMap(({ endpoints = [] }) =>
    endpoints.filter(({ conditions }) => conditions?.ready),
  );
  const { items } = await cluster.client.list('v1', 'Endpoints', { namespace: 'default' });
  const endpoints = items.find(({ metadata }) => metadata.name === service);
  return [
    ready.flatMap(({ addresses }) => addresses).toSorted(),
    endpoints?.subsets?.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)).toSorted(),
  ];
}

async function addressesOfPods({ client }: TestCluster, app: string): Promise<string[]> {
  const { items } = await client.list('v1', 'Pod', { namespace: 'default', labelSelector: `app=${app}` });
  return items.map(({ status }) => status!.podIP!).toSorted();
}

test('a service shows the pods of a rollout, before, during and after', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(web);
  await cluster.clock.advance('1m');
  const before = await addressesOfPods(cluster, 'web');
  expect(before).toHaveLength(3);
  expect(await addressesOf(cluster, 'web')).toEqual([before, before]);
  const [slice] = await slicesOf(cluster, 'web');
  expect(slice).toMatchObject({
    metadata: { labels: { team: 'a' } },
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  });

  await cluster.apply(web.replace('image: web', 'image: web:2').replace('8080', '9090'));
  await cluster.clock.advance('5m');
  const after = await addressesOfPods(cluster, 'web');
  expect(after).not.toEqual(before);
  expect(await addressesOf(cluster, 'web')).toEqual([after, after]);
  expect((await slicesOf(cluster, 'web'))[0]!.ports![0]!.port).toBe(9090);

  const slices = async () => (await slicesOf(cluster, 'web')).length;
  await cluster.client.delete('v1', 'Service', { name: 'web', namespace: 'default' });
  await cluster.clock.advance('1m');
  expect([await slices(), await addressesOf(cluster, 'web')]).toEqual([0, [[], undefined]]);
});

test('pods of a StatefulSet and of an indexed Job have names under their headless service', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(db);
  await cluster.clock.advance('1m');
  const slices = await slicesOf(cluster, 'db');
  expect(slices.map(({ metadata }) => metadata.labels?.['service.kubernetes.io/headless'])).toEqual(['']);
  const names = slices.flatMap(({ endpoints }) => endpoints!.map(({ hostname }) => hostname)).toSorted();
  expect(names).toEqual(['db-0', 'db-1', 'work-0', 'work-1']);
});

test('pods of a node that is lost are no longer ready', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(web);
  await cluster.clock.advance('1m');
  const { items } = await cluster.client.list('v1', 'Pod', { namespace: 'default' });
  const lost = items.filter(({ spec }) => spec.nodeName === 'node01').map(({ status }) => status!.podIP);
  expect(lost.length).toBeGreaterThan(0);
  await cluster.nodes.crash('node01');
  await cluster.clock.advance('2m');
  const [ready, ofEndpoints] = await addressesOf(cluster, 'web');
  expect(ready).toHaveLength(3 - lost.length);
  expect(ofEndpoints).toEqual(ready);
});

test('a namespace with services goes, and leaves nothing of them', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply('{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }');
  await cluster.apply(web.replaceAll('metadata: { name: web', 'metadata: { namespace: shop, name: web'));
  await cluster.clock.advance('1m');
  const inShop = async () => {
    const { items: slices } = await cluster.client.list('discovery.k8s.io/v1', 'EndpointSlice', {
      namespace: 'shop',
    });
    const { items: endpoints } = await cluster.client.list('v1', 'Endpoints', { namespace: 'shop' });
    return [slices.map(({ endpoints: all }) => all?.length), endpoints.length];
  };
  expect(await inShop()).toEqual([[3], 1]);
  await cluster.client.delete('v1', 'Namespace', { name: 'shop' });
  await cluster.clock.advance('2m');
  expect(await inShop()).toEqual([[], 0]);
  const { items } = await cluster.client.list('v1', 'Namespace', {});
  expect(items.map(({ metadata }) => metadata.name)).not.toContain('shop');
});
