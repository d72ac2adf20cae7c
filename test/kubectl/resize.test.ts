import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { TestCluster } from '../support/cluster.ts';
import { type Row, testRows } from '../support/kubectlRows.ts';

/** The older kubectl knows nothing of it. */
const KUBECTL = 'v1.35.2';
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start({ nodes: 1 });
});
afterAll(() => cluster?.stop());

const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } };
const pod = (cpu: string) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: {
      containers: [
        { name: 'main', image: 'nginx', resources: { ...resources, requests: { cpu, memory: '64Mi' } } },
      ],
    },
  });
const patch = (resources: object) => JSON.stringify({ spec: { containers: [{ name: 'main', resources }] } });
const resize = 'patch pod web --subresource resize -p'.split(' ');
const editor = { KUBE_EDITOR: 'sed -i s/150m/160m/' };
const allocated = "jsonpath='{.status.containerStatuses[0].allocatedResources.cpu}'";
const until = (cpu: string): Row => ({
  run: ['wait', `--for=${allocated.replaceAll("'", '')}=${cpu}`, 'pod/web', '--timeout=60s'],
});

describe('kubectl resizes a pod', () => {
  testRows(() => cluster, KUBECTL, 'default', [
    { run: 'apply -f -', input: pod('100m'), prints: /created/ },
    { run: 'wait --for=condition=Ready pod/web --timeout=60s' },
    { run: [...resize, patch({ requests: { cpu: '120m' } })], prints: /^pod\/web patched\n$/ },
    until('120m'),
    {
      run: 'get pod web --subresource resize -o jsonpath={.spec.containers[0].resources.requests.cpu}',
      prints: /^120m$/,
    },
    {
      run: 'apply --server-side --force-conflicts --subresource resize -f -',
      input: pod('150m'),
      prints: /^pod\/web serverside-applied\n$/,
    },
    until('150m'),
    { run: 'edit pod web --subresource resize', env: editor, prints: /^pod\/web edited\n$/ },
    until('160m'),
    {
      run: 'replace --subresource resize -f -',
      input: pod('170m'),
      prints: /^pod\/web replaced\n$/,
    },
    until('170m'),
    {
      run: [...resize, patch({ requests: { cpu: '900m' } })],
      code: 1,
      complains: /must be less than or equal to cpu limit of 500m/,
    },
    {
      run: [...resize, patch({ requests: { cpu: '999' }, limits: { cpu: '999' } })],
      prints: /^pod\/web patched\n$/,
    },
    { run: 'wait --for=condition=PodResizePending pod/web --timeout=60s' },
    {
      run: 'describe pod web',
      prints: [
        /PodResizePending +True/,
        /Normal +ResizeStarted /,
        /Warning +ResizeInfeasible .*Pod resize Infeasible: .*Node didn't have enough capacity: cpu/,
      ],
    },
    { run: 'get pod web --no-headers', prints: /^web +1\/1 +Running +0 / },
    { run: 'auth can-i patch pods --subresource=resize', prints: /^yes/ },
  ]);

  test('and sees how long nodes may remember objects', async () => {
    const { stdout } = await cluster.kubectl(KUBECTL, 'describe', 'node', 'node01');
    expect(stdout).toMatch(/^Annotations: +node\.alpha\.kubernetes\.io\/ttl: 0$/m);
  });
});
