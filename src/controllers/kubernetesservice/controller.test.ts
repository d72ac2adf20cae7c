import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { EndpointSlices, Endpoints, Services } from '../../resources/kinds.ts';
import { EndpointsController } from '../endpoints/controller.ts';
import { TestCluster } from '../testing/cluster.ts';
import { API_SERVICE, ensureApiService } from './apiService.ts';
import { KubernetesServiceController } from './controller.ts';

const SERVER = { address: '192.0.2.1', port: 6443 };

const parts: readonly ResourceType<KubernetesObject>[] = [Services, Endpoints, EndpointSlices];
for (const type of parts) {
  test(`whoever deletes the ${type.kind} of the API gets a new one`, async () => {
    const cluster = await TestCluster.start();
    const { client, clock } = cluster;
    await ensureApiService(client, SERVER);
    const { metadata } = await client.get(type, API_SERVICE);
    await cluster.run((context, run) => {
      run(new EndpointsController(context));
      run(new KubernetesServiceController(context, SERVER));
    });
    await client.delete(type, API_SERVICE);
    await clock.advance(1000);
    expect((await client.get(type, API_SERVICE)).metadata.uid).not.toBe(metadata.uid);
    const { subsets } = await client.get(Endpoints, API_SERVICE);
    expect(subsets?.[0]?.addresses).toEqual([{ ip: SERVER.address }]);
    expect((await client.get(Services, API_SERVICE)).spec.clusterIP).toBe('10.96.0.1');
  });
}
