import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS, type KubectlVersion } from '../support/kubectl.ts';
import { type Row, testRows } from '../support/kubectlRows.ts';

const CURRENT = 'v1.35.2';

/** Pods of which it is known what they use: `busy`, 250m and 64Mi, and `idle`, 1m and 4Mi, of two containers one of which is told more. */
const POD = (name: string, annotations: object, containers: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name }, annotations },
  spec: { containers: containers.map((each) => ({ name: each, image: 'nginx' })) },
});

describe('kubectl top of simulated pods', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start({ nodes: 1 });
    await cluster.join('far');
    const nodes = await cluster.watchAll('/api/v1/nodes');
    await nodes.until('all nodes are Ready', (all) => all.filter(isReady).length === 3);
    nodes.stop();
    const busy = { 'sampan.dev/cpu-usage': '250m', 'sampan.dev/memory-usage': '64Mi' };
    const two = { 'sampan.dev/cpu-usage.side': '10m', 'sampan.dev/memory-usage.side': '128Mi' };
    await create(cluster, { ...POD('busy', busy, ['main']), spec: onNode('far') });
    await create(cluster, POD('idle', two, ['main', 'side']));
    const wait = ['wait', '--for=condition=Ready', 'pod/busy', 'pod/idle', '--timeout=60s'];
    expect(await cluster.kubectl(CURRENT, ...wait)).toMatchObject({ code: 0 });
  });
  afterAll(() => cluster?.stop());

  const isReady = ({ status }: { status?: { conditions?: { type: string; status: string }[] } }) =>
    status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
  const onNode = (nodeName: string) => ({ nodeName, containers: [{ name: 'main', image: 'nginx' }] });

  const rows: Row[] = [
    {
      run: 'top nodes',
      prints: [
        /^NAME +CPU\(cores\) +CPU(%|\(%\)) +MEMORY\(bytes\) +MEMORY(%|\(%\))/,
        /^far +250m +\d+% +64Mi +\d+%/m,
      ],
    },
    { run: 'top node far --no-headers', prints: /^far +250m +\d+% +64Mi +\d+% *\n$/ },
    { run: 'top pods --no-headers', prints: /^busy +250m +64Mi *\nidle +11m +132Mi *\n$/ },
    { run: 'top pods -A', prints: [/^NAMESPACE +NAME/, /^default +busy +250m +64Mi/m] },
    { run: 'top pods -l app=busy --no-headers', prints: /^busy +250m +64Mi *\n$/ },
    { run: 'top pods --no-headers --sort-by=memory', prints: /^idle [^\n]+\nbusy / },
    { run: 'top pods --no-headers --sort-by=cpu', prints: /^busy [^\n]+\nidle / },
    {
      run: 'top pod idle --containers --no-headers',
      prints: [/^idle +main +1m +4Mi *$/m, /^idle +side +10m +128Mi *$/m],
    },
    {
      run: 'top pod nobody',
      code: 1,
      complains: /^Error from server \(NotFound\): pods "nobody" not found/,
    },
    {
      run: 'get --raw /api/v1/nodes/far/proxy/stats/summary',
      prints: [/"nodeName":"far"/, /"podRef":{"name":"busy"/],
    },
    {
      run: 'get --raw /api/v1/nodes/far/proxy/metrics/resource',
      prints: /^pod_memory_working_set_bytes{namespace="default",pod="busy"} 67108864 \d{13}$/m,
    },
    { run: 'get --raw /api/v1/nodes/node01/proxy/healthz', prints: /^ok$/ },
    { run: 'get nodes --no-headers', prints: /^far +Ready/ },
    { run: 'get podmetrics --no-headers', prints: /^busy +250m +64Mi/ },
  ];
  for (const version of KUBECTL_VERSIONS) {
    describe(`by ${version}`, () => testRows(() => cluster, version, 'default', rows));
  }
});

describe('kubectl top of processes', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start({ runtime: 'process', nodes: 1 });
    const spin = ['--', 'sh', '-c', 'while true; do :; done'];
    await cluster.kubectl(CURRENT, 'run', 'spin', '--image=busybox', '--restart=Never', ...spin);
    await cluster.kubectl(CURRENT, 'wait', '--for=condition=Ready', 'pod/spin', '--timeout=60s');
  });
  afterAll(() => cluster?.stop());

  const millicores = async (version: KubectlVersion, ...args: string[]) => {
    const { code, stdout, stderr } = await cluster.kubectl(version, 'top', ...args, '--no-headers');
    expect(code, stderr).toBe(0);
    return Number(/ (\d+)m /.exec(stdout)?.[1]);
  };

  test.each(KUBECTL_VERSIONS)('by %s: what a process uses, and its node no less', async (version) => {
    expect(await millicores(version, 'pod', 'spin')).toBeGreaterThan(20);
    expect(await millicores(version, 'node', 'node01')).toBeGreaterThan(20);
  });
});

async function create(cluster: TestCluster, object: object): Promise<void> {
  const input = JSON.stringify(object);
  const { code, stderr } = await cluster.kubectlWith({ input }, CURRENT, 'create', '-f', '-');
  expect(code, stderr).toBe(0);
}
