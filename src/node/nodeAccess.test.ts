import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { container, TestNode } from './testing/testNode.ts';

/** A node on which a pod of two containers has run for a minute; one of them is told what it uses. */
let node: TestNode;
beforeEach(async () => {
  node = await TestNode.start();
  await node.createPod(
    'web',
    { containers: [container('main'), container('side')] },
    { annotations: { 'sampan.dev/cpu-usage.main': '250m', 'sampan.dev/memory-usage.main': '64Mi' } },
  );
  await node.until('web', (pod) => pod?.status?.phase === 'Running');
  await node.createPod('done', { restartPolicy: 'Never', containers: [container('main', 'exit 0')] });
  await node.until('done', (pod) => pod?.status?.phase === 'Succeeded');
  await node.api.clock.advance(60_000);
});
afterEach(() => node.agent.stop());

const get = async (path: string, query = '') => {
  const answer = await node.agent.nodeAccess.get(path, new URLSearchParams(query));
  expect(answer.status).toBe(200);
  return answer;
};
const MIB = 1024 ** 2;

test('a node tells what its pods use, those that have ended left out', async () => {
  const { node: whole, pods } = await node.agent.nodeAccess.usage();
  const { uid } = node.podNow('web')!.metadata;
  expect(whole).toMatchObject({ nanoCores: 251_000_000, memoryBytes: 68 * MIB });
  const timestamp = node.api.clock.now();
  expect(pods).toEqual([
    {
      namespace: 'default',
      name: 'web',
      uid,
      containers: [
        { name: 'main', timestamp, windowMs: 60_000, nanoCores: 250_000_000, memoryBytes: 64 * MIB },
        { name: 'side', timestamp, windowMs: 60_000, nanoCores: 1_000_000, memoryBytes: 4 * MIB },
      ],
    },
  ]);
});

test('/stats/summary has its node, its pods and their containers', async () => {
  const { body, contentType } = await get('/stats/summary');
  expect(contentType).toBe('application/json');
  const summary = JSON.parse(body);
  expect(summary).toMatchObject({
    node: { nodeName: 'node01', cpu: { usageNanoCores: 251_000_000 } },
    pods: [
      {
        podRef: { name: 'web', namespace: 'default', uid: node.podNow('web')!.metadata.uid },
        cpu: { usageNanoCores: 251_000_000, usageCoreNanoSeconds: 251_000_000 * 60 },
        memory: { workingSetBytes: 68 * MIB, rssBytes: 68 * MIB },
        containers: [
          { name: 'main', cpu: { usageCoreNanoSeconds: 250_000_000 * 60 } },
          { name: 'side', memory: { workingSetBytes: 4 * MIB } },
        ],
      },
    ],
  });
  expect(summary.pods[0].startTime).toMatch(/^2026-01-01T00:0\d:\d\dZ$/);
});

test("/metrics/resource has upstream's names, labels and help", async () => {
  const { body } = await get('/metrics/resource');
  const now = node.api.clock.now();
  const startedAt = Date.parse(node.podNow('web')!.status!.containerStatuses![0]!.state!.running!.startedAt!);
  const main = '{container="main",namespace="default",pod="web"}';
  const web = '{namespace="default",pod="web"}';
  for (const line of [
    '# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the container in core-seconds',
    '# TYPE container_cpu_usage_seconds_total counter',
    `container_cpu_usage_seconds_total${main} 15 ${now}`,
    '# HELP container_memory_working_set_bytes [STABLE] Current working set of the container in bytes',
    '# TYPE container_memory_working_set_bytes gauge',
    `container_memory_working_set_bytes${main} ${64 * MIB} ${now}`,
    `container_start_time_seconds${main} ${startedAt / 1000}`,
    '# HELP node_memory_working_set_bytes [STABLE] Current working set of the node in bytes',
    `node_memory_working_set_bytes ${68 * MIB} ${now}`,
    `pod_cpu_usage_seconds_total${web} 15.06 ${now}`,
    `pod_memory_working_set_bytes${web} ${68 * MIB} ${now}`,
    'resource_scrape_error 0',
  ]) {
    expect(body.split('\n')).toContain(line);
  }
});

test('a runtime that does not tell is an error of the scrape, not of the page', async () => {
  vi.spyOn(node.runtime.stats, 'containers').mockRejectedValue(new Error('the runtime is down'));
  await node.api.clock.advance(10_000);
  const { body } = await get('/metrics/resource');
  expect(body).toContain('resource_scrape_error 1');
  expect(body).not.toContain('node_cpu');
  await expect(node.agent.nodeAccess.usage()).rejects.toThrow('the runtime is down');
});

test.each([
  ['/healthz', 'ok'],
  ['/pods', '"kind":"PodList"'],
  ['/metrics', 'kubelet_running_containers{container_state="running"} 2\n'],
  ['/metrics', 'kubelet_running_pods 1\n'],
])('%s says %s', async (path, want) => {
  expect((await get(path)).body).toContain(want);
});

test('there is no other path', async () => {
  await expect(node.agent.nodeAccess.get('/secrets', new URLSearchParams())).rejects.toThrow(
    '404 page not found',
  );
});
