import { expect, test } from 'vitest';
import type { Endpoints as EndpointsObject } from '../../generated/types.ts';
import { EndpointSlices, Endpoints, Services } from '../../resources/kinds.ts';
import { EndpointsController } from '../endpoints/controller.ts';
import { type Controllers, TestCluster } from '../testing/cluster.ts';
import { newService } from '../testing/services.ts';
import { EndpointSliceMirroringController } from './controller.ts';

const controllers: Controllers = (context, run) => {
  run(new EndpointSliceMirroringController(context));
  run(new EndpointsController(context));
};
const WEB = { name: 'web', namespace: 'default' };

function withoutSelector() {
  const { selector: _, ...spec } = newService().spec;
  return { metadata: WEB, spec };
}
const byHand = (metadata: EndpointsObject['metadata'] = {}, ip = '192.0.2.1'): EndpointsObject => ({
  metadata: { ...WEB, ...metadata },
  subsets: [{ addresses: [{ ip }], ports: [{ port: 80 }] }],
});

async function started(): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.run(controllers);
  return cluster;
}

async function mirrored({ client, clock }: TestCluster): Promise<string[]> {
  await clock.advance(0);
  const { items } = await client.list(EndpointSlices);
  return items.flatMap(({ endpoints }) => (endpoints ?? []).flatMap((endpoint) => endpoint.addresses));
}

test('what somebody writes is mirrored, as long as the service selects nothing', async () => {
  const cluster = await started();
  const { client } = cluster;
  await client.create(Endpoints, byHand());
  expect(await mirrored(cluster)).toEqual([]);
  await client.create(Services, withoutSelector());
  expect(await mirrored(cluster)).toEqual(['192.0.2.1']);
  await client.update(Endpoints, byHand({}, '192.0.2.2'));
  expect(await mirrored(cluster)).toEqual(['192.0.2.2']);
  const body = { spec: { selector: { app: 'web' } } };
  await client.patch(Services, WEB, { type: 'merge', body });
  expect(await mirrored(cluster)).toEqual([]);
});

test('what somebody does to a mirror is undone, and it goes with its Endpoints', async () => {
  const cluster = await started();
  const { client } = cluster;
  await client.create(Services, withoutSelector());
  await client.create(Endpoints, byHand());
  await mirrored(cluster);
  const { metadata } = (await client.list(EndpointSlices)).items[0]!;
  await client.delete(EndpointSlices, { name: metadata.name!, namespace: 'default' });
  expect(await mirrored(cluster)).toEqual(['192.0.2.1']);
  await client.delete(Endpoints, WEB);
  expect(await mirrored(cluster)).toEqual([]);
});

const unmirrored: [string, EndpointsObject['metadata']][] = [
  ['that say so', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }],
  ['by which programs agree', { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }],
];
for (const [which, metadata] of unmirrored) {
  test(`Endpoints ${which} are not mirrored`, async () => {
    const cluster = await started();
    await cluster.client.create(Services, withoutSelector());
    await cluster.client.create(Endpoints, byHand(metadata));
    expect(await mirrored(cluster)).toEqual([]);
    await cluster.client.update(Endpoints, byHand());
    expect(await mirrored(cluster)).toEqual(['192.0.2.1']);
    await cluster.client.update(Endpoints, byHand(metadata));
    expect(await mirrored(cluster)).toEqual([]);
  });
}

test('too many addresses are told of', async () => {
  const cluster = await started();
  await cluster.client.create(Services, withoutSelector());
  const addresses = Array.from({ length: 1001 }, (_, index) => ({ ip: `10.0.${index >> 8}.${index & 255}` }));
  await cluster.client.create(Endpoints, { metadata: WEB, subsets: [{ addresses }] });
  expect(await mirrored(cluster)).toHaveLength(1000);
  expect(await cluster.events()).toEqual([
    'TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 1 addresses were skipped',
  ]);
});
