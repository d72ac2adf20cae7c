import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';
import { createCluster } from 'sampan';
import { expect, test } from 'vitest';

/** A small operator, as one would write it against any cluster: it gives each new namespace a config map with a greeting. */
function startOperator(config: KubeConfig) {
  const core = config.makeApiClient(CoreV1Api);
  const informer = makeInformer(config, '/api/v1/namespaces', () => core.listNamespace());
  informer.on('add', ({ metadata }) => {
    const body = { metadata: { name: 'greeting' }, data: { text: `hello ${metadata?.name}` } };
    void core.createNamespacedConfigMap({ namespace: metadata!.name!, body }).catch(() => {});
  });
  return { informer, started: informer.start() };
}

test('the operator greets a namespace that comes a day later', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const config = new KubeConfig();
  config.loadFromString(await cluster.listen());
  const { informer, started } = startOperator(config);
  await started;

  await cluster.clock.advance('24h');
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'late' } });
  const greeting = { name: 'greeting', namespace: 'late' };
  await cluster.clock.runUntil(() =>
    cluster.client.get('v1', 'ConfigMap', greeting).then(
      ({ data }) => data?.text === 'hello late',
      () => false,
    ),
  );
  await informer.stop();
  expect((await cluster.client.get('v1', 'ConfigMap', greeting)).data).toEqual({ text: 'hello late' });
});
