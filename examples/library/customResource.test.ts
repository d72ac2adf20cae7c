import { CustomObjectsApi, KubeConfig, type KubernetesObject, makeInformer } from '@kubernetes/client-node';
import { createCluster } from 'sampan';
import { expect, test } from 'vitest';

const TENANTS = { group: 'example.com', version: 'v1', plural: 'tenants' };

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: tenants.example.com }
spec:
  group: example.com
  scope: Cluster
  names: { plural: tenants, kind: Tenant }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [cpu]
              properties: { cpu: { type: integer, maximum: 64 }, plan: { type: string, default: small } }
            status: { type: object, properties: { phase: { type: string } } }
`;

interface Tenant extends KubernetesObject {
  spec: { cpu: number; plan?: string };
  status?: { phase: string };
}

/** An operator as one would write it against any cluster: it looks at each new tenant, and says so in its status. */
function startOperator(config: KubeConfig) {
  const api = config.makeApiClient(CustomObjectsApi);
  const list = () => api.listClusterCustomObject(TENANTS);
  const informer = makeInformer<Tenant>(config, '/apis/example.com/v1/tenants', list);
  informer.on('add', (tenant) => {
    const body = { ...tenant, status: { phase: 'Ready' } };
    void api
      .replaceClusterCustomObjectStatus({ ...TENANTS, name: tenant.metadata!.name!, body })
      .catch(() => {});
  });
  return { informer, started: informer.start() };
}

test('the operator makes a tenant ready that comes a week later', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(definition);
  const config = new KubeConfig();
  config.loadFromString(await cluster.listen());
  const { informer, started } = startOperator(config);
  await started;

  await cluster.clock.advance('7d');
  await cluster.apply(`
    apiVersion: example.com/v1
    kind: Tenant
    metadata: { name: blue }
    spec: { cpu: 4 }
  `);
  await cluster.waitFor('tenant/blue', 'ready');
  await informer.stop();

  const [blue] = (await cluster.client.list('example.com/v1', 'Tenant')).items;
  expect(blue).toMatchObject({ spec: { cpu: 4, plan: 'small' }, status: { phase: 'Ready' } });
});
