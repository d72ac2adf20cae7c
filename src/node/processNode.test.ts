import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configMap, namespace, startRegistry } from '../apiserver/testing/registry.ts';
import { Informer } from '../client/informer.ts';
import { systemRandom } from '../clock/random.ts';
import { SystemClock } from '../clock/systemClock.ts';
import type { Pod, PodSpec } from '../generated/types.ts';
import { ConfigMaps, Events, Namespaces, Nodes, Pods } from '../resources/kinds.ts';
import { ProcessRuntime } from '../runtime/process/processRuntime.ts';
import { NodeAgent } from './nodeAgent.ts';
import { container, NODE } from './testing/testNode.ts';

const clock = new SystemClock();

describe('a node of processes', () => {
  let directory: string;
  let api: Awaited<ReturnType<typeof startRegistry>>;
  let pods: Informer<Pod>;
  let runtime: ProcessRuntime;
  let agent: NodeAgent;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sampan-node-'));
    api = await startRegistry();
    await api.client.create(Namespaces, namespace('kube-node-lease'));
    pods = new Informer(api.client, clock, Pods);
    await pods.start();
    await startAgent();
    const body = { spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] } };
    await api.client.patch(Nodes, { name: NODE }, { type: 'merge', body });
    await agent.ready;
  });
  afterEach(async () => {
    await agent.stop({ drainPods: true });
    for (const { id } of await runtime.listPodSandboxes()) await runtime.removePodSandbox(id);
    pods.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function startAgent(): Promise<void> {
    runtime = await ProcessRuntime.open({ clock, random: systemRandom, directory });
    agent = new NodeAgent({
      name: NODE,
      client: api.client,
      clock,
      random: systemRandom,
      runtime,
      dataDir: directory,
      addresses: [{ type: 'InternalIP', address: '192.168.0.11' }],
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
    });
    await agent.start();
  }

  const create = (name: string, spec: Partial<PodSpec>): Promise<Pod> =>
    api.client.create(Pods, {
      metadata: { name, namespace: 'default' },
      spec: { nodeName: NODE, containers: [container('main')], ...spec },
    });

  test('a resize is noted, and that nothing limits a process', async () => {
    const resources = { requests: { cpu: '1' } };
    await create('web', { containers: [container('main', 'sleep 1000', { resources })] });
    await until('web', (pod) => pod?.status?.phase === 'Running');
    const body = { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '2' } } }] } };
    const ref = { name: 'web', namespace: 'default' };
    await api.client.patch(Pods, ref, { type: 'strategic', body }, { subresource: 'resize' });
    await until('web', (pod) => pod?.status?.containerStatuses?.[0]?.resources?.requests?.cpu === '2');
    const limitations = async () => {
      const { items } = await api.client.list(Events, { namespace: 'default' });
      return items.filter(({ reason }) => reason === 'RuntimeLimitation').map(({ message }) => message);
    };
    await expect
      .poll(limitations)
      .toContain('Container main has no limits from the process runtime, before a resize and after');
  });

  const until = (name: string, condition: (pod: Pod | undefined) => boolean): Promise<Pod | undefined> =>
    new Promise((resolve) => {
      const look = () => {
        const pod = pods.get(`default/${name}`);
        if (condition(pod)) resolve(pod);
      };
      pods.onChange(look);
      look();
    });

  async function logOf({ metadata: { name = '', uid = '' } }: Pod): Promise<string> {
    const options = { follow: false, timestamps: false, previous: false };
    const reference = { namespace: 'default', name, uid };
    let text = '';
    const signal = new AbortController().signal;
    for await (const bytes of agent.podAccess.logs(reference, 'main', options, signal))
      text += Buffer.from(bytes);
    return text;
  }

  const isReady = (pod: Pod | undefined) =>
    pod?.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  const hasEnded = (pod: Pod | undefined) => ['Succeeded', 'Failed'].includes(pod?.status?.phase ?? '');

  test('runs a job with variables and files from a config map', async () => {
    await api.client.create(
      ConfigMaps,
      configMap('settings', { data: { greeting: 'hello', 'a.txt': 'from a file' } }),
    );
    const reference = { configMapKeyRef: { name: 'settings', key: 'greeting' } };
    await create('job', {
      restartPolicy: 'Never',
      volumes: [{ name: 'v', configMap: { name: 'settings' } }],
      containers: [
        container('main', 'echo $GREETING from $POD; cat $SAMPAN_ROOT/etc/settings/a.txt', {
          env: [
            { name: 'GREETING', valueFrom: reference },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
          volumeMounts: [{ name: 'v', mountPath: '/etc/settings' }],
        }),
      ],
    });
    const pod = (await until('job', hasEnded))!;
    expect(pod.status?.phase).toBe('Succeeded');
    expect(await logOf(pod)).toBe('hello from job\nfrom a file');
  });

  test('shows a command that there is not as upstream does', async () => {
    await create('lost', {
      restartPolicy: 'Never',
      containers: [container('main', undefined, { command: ['/no/such'] })],
    });
    const pod = await until('lost', hasEnded);
    expect(pod?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
    });
  });

  test('tells what a pod uses of processors, memory and the disk', async () => {
    const script =
      'echo hello; head -c 100000 /dev/zero > $SAMPAN_ROOT/data/zeroes; touch $SAMPAN_ROOT/data/done; while true; do :; done';
    const probe = { exec: { command: ['sh', '-c', 'test -e $SAMPAN_ROOT/data/done'] }, periodSeconds: 1 };
    const volumeMounts = [{ name: 'v', mountPath: '/data' }];
    await create('busy', {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [container('main', script, { volumeMounts, readinessProbe: probe })],
    });
    await until('busy', isReady);
    const { pods } = await agent.nodeAccess.usage();
    const [usage] = pods[0]!.containers;
    expect(usage!.windowMs).toBeGreaterThanOrEqual(1000);
    expect(usage!.nanoCores).toBeGreaterThan(20_000_000);
    const summary = await agent.nodeAccess.get('/stats/summary', new URLSearchParams());
    const [pod] = JSON.parse(summary.body).pods;
    expect(pod.volume).toMatchObject([{ name: 'v', inodesUsed: 3 }]);
    expect(pod.volume[0].usedBytes).toBeGreaterThan(100_000);
    expect(pod['ephemeral-storage'].usedBytes).toBeGreaterThan(pod.volume[0].usedBytes);
    expect(pod.containers[0].logs.usedBytes).toBeGreaterThan(0);
    const short = new URLSearchParams('only_cpu_and_memory=true');
    const { body } = await agent.nodeAccess.get('/stats/summary', short);
    expect(Object.keys(JSON.parse(body).node)).toEqual(['nodeName', 'startTime', 'cpu', 'memory']);
  });

  test('ends a pod that is deleted', async () => {
    await create('web', { containers: [container('main', 'sleep 1000')] });
    await until('web', isReady);
    await api.client.delete(Pods, { name: 'web', namespace: 'default' });
    await until('web', (pod) => pod === undefined);
    await expect.poll(() => runtime.listContainers()).toEqual([]);
  });

  test('finds its pods again after it has died', async () => {
    await create('web', { containers: [container('main', 'echo one; sleep 1000')] });
    const before = await until('web', isReady);
    await agent.stop();
    await startAgent();
    await agent.ready;
    await expect.poll(() => logOf(before!)).toBe('one\n');
    expect(pods.get('default/web')?.status).toEqual(before?.status);
  });

  test('ends a container too that is just being started when the node is drained', async () => {
    const starting = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const start = runtime.startContainer.bind(runtime);
    runtime.startContainer = async (id) => {
      starting.resolve();
      await goOn.promise;
      await start(id);
    };
    await create('late', { containers: [container('main', 'sleep 1000')] });
    await starting.promise;
    const stopped = agent.stop({ drainPods: true });
    goOn.resolve();
    await stopped;
    expect((await runtime.listContainers()).map(({ state }) => state)).toEqual(['exited']);
  });
});
