import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';
import { testRows } from '../support/kubectlRows.ts';

/** A web server as a process of a node that is a process itself, behind a service: what the API server passes on comes from there. */
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start({ runtime: 'process', nodes: 1 });
  await cluster.join('far');
  const answer =
    "answer.end(asked.method + ' ' + asked.url + ' ' + (asked.headers.authorization ?? 'nobody'))";
  const script = `require('http').createServer((asked, answer) => ${answer}).listen(${PORT}, '127.0.0.1')`;
  await cluster.api.post('/api/v1/namespaces/default/pods', {
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      nodeName: 'far',
      containers: [
        {
          name: 'main',
          image: 'node',
          command: [process.execPath, '-e', script],
          ports: [{ containerPort: PORT }],
          readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
        },
      ],
    },
  });
  await cluster.api.post('/api/v1/namespaces/default/services', {
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: PORT }] },
  });
  await cluster.api.post('/api/v1/namespaces/default/services', {
    metadata: { name: 'board', labels: { 'kubernetes.io/cluster-service': 'true' } },
    spec: { ports: [{ name: 'web', port: 80 }] },
  });
  const slices = await cluster.watchAll('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices');
  await slices.until('the service has its pod', (all) =>
    all.some(
      ({ metadata, endpoints }) => metadata.generateName === 'web-' && endpoints?.[0]?.conditions.ready,
    ),
  );
  slices.stop();
  const endpoints = await cluster.watchAll('/api/v1/namespaces/default/endpoints');
  await endpoints.until('so have its endpoints', (all) =>
    all.some(({ metadata, subsets }) => metadata.name === 'web' && subsets?.[0]?.addresses),
  );
  endpoints.stop();
});
afterAll(() => cluster?.stop());

/** Of the host, that no other test listens at. */
const PORT = 30_917;
const POD = '/api/v1/namespaces/default/pods';
const SERVICE = '/api/v1/namespaces/default/services';

for (const version of KUBECTL_VERSIONS)
  describe(`the proxy by ${version}`, () => {
    testRows(() => cluster, version, 'default', [
      { run: `get --raw ${POD}/web/proxy/a?b=c`, prints: /^GET \/a\?b=c nobody$/ },
      { run: `get --raw ${SERVICE}/web/proxy/`, prints: /^GET \/ nobody$/ },
      { run: `get --raw ${SERVICE}/http:web:80/proxy/x/`, prints: /^GET \/x\/ nobody$/ },
      { run: `delete --raw ${SERVICE}/web:80/proxy/x`, prints: /^DELETE \/x nobody$/ },
      {
        run: `get --raw ${POD}/web:1/proxy/`,
        code: 1,
        complains: /error trying to reach service: .*connection refused/,
      },
      {
        run: `get --raw ${SERVICE}/nobody/proxy/`,
        code: 1,
        complains: /NotFound|endpoints "nobody" not found/,
      },
      {
        run: 'cluster-info',
        prints: /board.* is running at .*\/api\/v1\/namespaces\/default\/services\/board:web\/proxy/,
      },
    ]);

    test('kubectl proxy leads a browser there and back', async () => {
      const proxy = await cluster.startKubectl(version, 'proxy', '--port=0');
      const [, at] = await proxy.until(/Starting to serve on (\S+)/);
      const answer = await fetch(`http://${at}${POD}/web/proxy?x=1`);
      expect(answer.url).toBe(`http://${at}${POD}/web/proxy/?x=1`);
      expect(await answer.text()).toBe('GET /?x=1 nobody');
      await proxy.stop('SIGTERM');
    });
  });
