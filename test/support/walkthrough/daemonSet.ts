import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Json } from '../api.ts';
import type { Outcome } from '../command.ts';
import { imageOf, isLeaving, isRunning, mostPodsOnANode, mostUnavailable } from '../daemonPods.ts';
import type { KubectlVersion } from '../kubectl.ts';
import type { Recording } from '../recording.ts';
import type { Step } from '../steps.ts';
import { tableOf } from '../table.ts';
import type { JoinedProcess, StartCluster, WalkedCluster } from './walkedCluster.ts';

const example = parse(
  readFileSync(join(import.meta.dirname, '../../../examples/ds-demo-nginx-1.14.yaml'), 'utf8'),
);
const PODS = '/api/v1/namespaces/default/pods';
const NOTHING_FOUND = 'No resources found in default namespace.\n';
const MIN_READY_SECONDS = 5;
const NODES = ['node01', 'node02', 'node03'];
const A_WHILE = { withinMs: 90_000 };

/** A DaemonSet's life by one kubectl, as steps that build on each other. */
export function daemonSetSteps(step: Step, startCluster: StartCluster, version: KubectlVersion): void {
  let cluster: WalkedCluster;
  let pods: Recording;
  let node04: JoinedProcess;
  let manifest = example;

  beforeAll(async () => {
    cluster = await startCluster();
    pods = await cluster.watchAll(PODS);
  });
  afterAll(() => cluster?.stop());

  const kubectl = async (...args: string[]): Promise<string> =>
    succeeded(await cluster.kubectl(version, ...args));
  const apply = async (change: (spec: Json) => void = () => {}): Promise<string> => {
    manifest = structuredClone(manifest);
    change(manifest.spec);
    return succeeded(await cluster.kubectlWith({ input: stringify(manifest) }, version, 'apply', '-f', '-'));
  };
  const setImage = (image: string) => (spec: Json) => {
    spec.template.spec.containers[0].image = image;
  };
  const allRun = (count: number, image: string) => (all: Json[]) =>
    all.length === count && all.every((pod) => isRunning(pod, image));
  const untilAvailable = async (count: number) => {
    const sets = await cluster.watchAll('/apis/apps/v1/namespaces/default/daemonsets');
    const isThere = ({ metadata, status }: Json) =>
      status.observedGeneration === metadata.generation &&
      (status.numberAvailable ?? 0) === count &&
      (status.updatedNumberScheduled ?? 0) === count;
    await sets.until(`${count} pods are available`, (all) => all.some(isThere), A_WHILE);
    sets.stop();
  };

  step('1: the DaemonSet is created, and available only after minReadySeconds', async () => {
    const begun = pods.events.length;
    expect(await apply()).toBe('daemonset.apps/ds-demo created\n');
    await pods.until('three pods run', allRun(3, 'nginx:1.14-alpine'));
    await untilAvailable(3);
    const { columns, rows } = tableOf(await kubectl('get', 'ds', '-o', 'wide'));
    expect(columns.filter((column) => column !== 'AGE')).toEqual([
      'NAME',
      'DESIRED',
      'CURRENT',
      'READY',
      'UP-TO-DATE',
      'AVAILABLE',
      'NODE SELECTOR',
      'CONTAINERS',
      'IMAGES',
      'SELECTOR',
    ]);
    expect(rows).toEqual([
      expect.objectContaining({
        NAME: 'ds-demo',
        DESIRED: '3',
        CURRENT: '3',
        READY: '3',
        'UP-TO-DATE': '3',
        AVAILABLE: '3',
        'NODE SELECTOR': '<none>',
        CONTAINERS: 'nginx',
        IMAGES: 'nginx:1.14-alpine',
        SELECTOR: 'app=ngx-ds',
      }),
    ]);
    expect(pods.events.length).toBeGreaterThan(begun);
  });

  step('2: one pod on each worker, none on the master, each with an address of its node', async () => {
    const { columns, rows } = tableOf(await kubectl('get', 'pod', '-o', 'wide'));
    expect(columns.slice(0, 7)).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE']);
    expect(rows.map(({ NODE }) => NODE).sort()).toEqual(NODES);
    const nodes = await cluster.api.list('/api/v1/nodes');
    for (const { NODE, IP, READY, STATUS, RESTARTS } of rows) {
      expect({ READY, STATUS, RESTARTS }).toEqual({ READY: '1/1', STATUS: 'Running', RESTARTS: '0' });
      const { podCIDR } = (nodes.find(({ metadata }) => metadata.name === NODE) as Json).spec;
      expect(podCIDR).toMatch(/^10\.244\.\d+\.0\/24$/);
      expect(IP).toMatch(new RegExp(`^${podCIDR.replace(/0\/24$/, '')}\\d+$`));
    }
  });

  step('3: a node selector that no node matches takes all pods away', async () => {
    const begun = pods.events.length;
    const output = await apply((spec) => {
      spec.template.spec.nodeSelector = { app: 'nginx-1.14-alpine' };
    });
    expect(output).toBe('daemonset.apps/ds-demo configured\n');
    await pods.until('no pods are left', (all) => all.length === 0);
    const leaving = pods.events.slice(begun).filter(({ object }) => isLeaving(object));
    expect(new Set(leaving.map(({ object }) => object.metadata.name)).size).toBe(3);
    expect((await cluster.kubectl(version, 'get', 'pod')).stderr).toBe(NOTHING_FOUND);
    await untilAvailable(0);
    const [row] = tableOf(await kubectl('get', 'ds')).rows;
    expect(row).toMatchObject({
      DESIRED: '0',
      CURRENT: '0',
      READY: '0',
      'NODE SELECTOR': 'app=nginx-1.14-alpine',
    });
  });

  step('4: a label brings exactly one pod, and its removal takes it away', async () => {
    expect(await kubectl('label', 'node', 'node01', 'app=nginx-1.14-alpine')).toBe('node/node01 labeled\n');
    const [pod] = await pods.until('a pod runs', allRun(1, 'nginx:1.14-alpine'));
    expect(pod.spec.nodeName).toBe('node01');
    await untilAvailable(1);
    expect(pods.objects).toHaveLength(1);
    const unlabeled = version === 'v1.20.0' ? 'node/node01 labeled\n' : 'node/node01 unlabeled\n';
    expect(await kubectl('label', 'node', 'node01', 'app-')).toBe(unlabeled);
    await pods.until('it is gone', (all) => all.length === 0);
  });

  step('5: without the selector it is back on all three', async () => {
    const output = await apply((spec) => {
      delete spec.template.spec.nodeSelector;
    });
    expect(output).toBe('daemonset.apps/ds-demo configured\n');
    await pods.until('three pods run', allRun(3, 'nginx:1.14-alpine'));
    await untilAvailable(3);
  });

  step('6: a node joins, is NotReady and then Ready, and gets its pod', async () => {
    const nodes = await cluster.watchAll('/api/v1/nodes');
    node04 = await cluster.join('node04');
    const readiness = () =>
      nodes.events
        .filter(({ object }) => object.metadata.name === 'node04')
        .map(
          ({ object }) =>
            object.status.conditions?.find(({ type }: Json) => type === 'Ready')?.status ?? 'False',
        );
    await nodes.until('node04 is Ready', () => readiness().at(-1) === 'True');
    expect(readiness()[0]).toBe('False');
    nodes.stop();
    await pods.until('it has its pod', allRun(4, 'nginx:1.14-alpine'));
    await untilAvailable(4);
    expect(tableOf(await kubectl('get', 'nodes')).rows).toContainEqual(
      expect.objectContaining({ NAME: 'node04', STATUS: 'Ready' }),
    );
  });

  step('7: a new image reaches one node at a time', async () => {
    const from = pods.events.length;
    expect(await apply(setImage('nginx:1.16-alpine'))).toBe('daemonset.apps/ds-demo configured\n');
    await pods.until('all pods have the new image', allRun(4, 'nginx:1.16-alpine'), A_WHILE);
    await untilAvailable(4);
    expect(
      mostUnavailable(pods.events, { nodes: [...NODES, 'node04'], minReadySeconds: MIN_READY_SECONDS, from }),
    ).toBe(1);
    const description = await kubectl('describe', 'ds', 'ds-demo');
    for (const line of [
      /^Name:\s+ds-demo$/m,
      /^Selector:\s+app=ngx-ds$/m,
      /^Node-Selector:\s+<none>$/m,
      /^Labels:\s+<none>$/m,
      /^Annotations:\s+deprecated\.daemonset\.template\.generation: \d+$/m,
      /^Desired Number of Nodes Scheduled: 4$/m,
      /^Current Number of Nodes Scheduled: 4$/m,
      /^Number of Nodes Scheduled with Up-to-date Pods: 4$/m,
      /^Number of Nodes Scheduled with Available Pods: 4$/m,
      /^Number of Nodes Misscheduled: 0$/m,
      /^Pods Status:\s+4 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed$/m,
      /^Pod Template:\n\s+Labels:\s+app=ngx-ds$/m,
      /^ {4}Image:\s+nginx:1\.16-alpine$/m,
      /^ {4}Port:\s+80\/TCP( \(http\))?$/m,
      /^Events:\n\s+Type\s+Reason\s+Age\s+From\s+Message$/m,
      /Normal\s+SuccessfulCreate\s+.*daemonset-controller\s+Created pod: ds-demo-\w{5}$/m,
      /Normal\s+SuccessfulDelete\s+.*daemonset-controller\s+Deleted pod: ds-demo-\w{5}$/m,
    ]) {
      expect(description).toMatch(line);
    }
  });

  step('8: set image, rollout status and history', async () => {
    const set = await kubectl('set', 'image', 'ds', 'ds-demo', 'nginx=nginx:1.18-alpine', '--record');
    expect(set).toBe('daemonset.apps/ds-demo image updated\n');
    const status = await cluster.kubectlWith(
      { ...A_WHILE, input: '' },
      version,
      'rollout',
      'status',
      'ds',
      'ds-demo',
    );
    const waiting = 'Waiting for daemon set "ds-demo" rollout to finish: ';
    expect(status.stdout).toContain(`${waiting}1 out of 4 new pods have been updated...\n`);
    expect(status.stdout).toContain(`${waiting}3 of 4 updated pods are available...\n`);
    expect(status.stdout.trimEnd().split('\n').at(-1)).toBe('daemon set "ds-demo" successfully rolled out');
    const history = await kubectl('rollout', 'history', 'ds', 'ds-demo');
    expect(history).toMatch(/^daemonset\.apps\/ds-demo \nREVISION\s+CHANGE-CAUSE\n/);
    expect(history).toMatch(/^\d+\s+\S+ set image ds ds-demo nginx=nginx:1\.18-alpine --record=true$/m);
  });

  step('8: undo restores the revision, and leaves the pods alone that match already', async () => {
    await kubectl('set', 'image', 'ds', 'ds-demo', 'nginx=nginx:1.19-alpine');
    const mixed = await pods.until(
      'the first pod is new',
      (all) => all.length === 4 && all.some((pod) => imageOf(pod) === 'nginx:1.19-alpine'),
    );
    const kept = mixed
      .filter((pod) => isRunning(pod, 'nginx:1.18-alpine'))
      .map(({ metadata }) => metadata.uid);
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(await kubectl('rollout', 'undo', 'ds', 'ds-demo')).toBe('daemonset.apps/ds-demo rolled back\n');
    const all = await pods.until('all are as before', allRun(4, 'nginx:1.18-alpine'), A_WHILE);
    expect(all.map(({ metadata }) => metadata.uid)).toEqual(expect.arrayContaining(kept));
    await untilAvailable(4);
  });

  step('9: maxUnavailable 2 never leaves more than two nodes without', async () => {
    const from = pods.events.length;
    const watching = await cluster.startKubectl(version, 'get', 'pod', '-w');
    await watching.until(/(ds-demo-\w+ .*\n){4}/);
    await apply((spec) => {
      spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } };
      setImage('nginx:1.20-alpine')(spec);
    });
    await pods.until('all pods have the new image', allRun(4, 'nginx:1.20-alpine'), A_WHILE);
    await untilAvailable(4);
    expect(
      mostUnavailable(pods.events, { nodes: [...NODES, 'node04'], minReadySeconds: MIN_READY_SECONDS, from }),
    ).toBe(2);
    const { stdout } = await watching.stop();
    const current = pods.objects.map(({ metadata }) => metadata.name);
    for (const [name, statuses] of statusesIn(stdout)) {
      if (current.includes(name)) expect(statuses).toEqual(['Pending', 'ContainerCreating', 'Running']);
      else expect(statuses.join(' ')).toMatch(/^Running Terminating( Completed| Error)?$/);
    }
  });

  step('9: OnDelete replaces only what is deleted', async () => {
    await apply((spec) => {
      spec.updateStrategy = { type: 'OnDelete' };
      setImage('nginx:1.21-alpine')(spec);
    });
    const before = pods.objects;
    const [victim] = before;
    expect(await kubectl('delete', 'pod', victim.metadata.name)).toMatch(
      /^pod "ds-demo-\w+" deleted( from default namespace)?\n$/,
    );
    const after = await pods.until(
      'a pod has the new image',
      (all) => all.length === 4 && all.some((pod) => isRunning(pod, 'nginx:1.21-alpine')),
    );
    const uids = (all: Json[]) => all.map(({ metadata }) => metadata.uid);
    const kept = before.filter((pod) => pod !== victim);
    expect(uids(after)).toEqual(expect.arrayContaining(uids(kept)));
  });

  step('6: a node whose process dies is NotReady, keeps its DaemonSet pod, and comes back', async () => {
    const nodes = await cluster.watchAll('/api/v1/nodes');
    const readyOf04 = (all: Json[]): Json =>
      all
        .find(({ metadata }) => metadata.name === 'node04')
        .status.conditions.find(({ type }: Json) => type === 'Ready');
    await node04.stop('SIGKILL');
    const lost = await nodes.until('node04 is lost', (all) => readyOf04(all).status === 'Unknown', A_WHILE);
    expect(readyOf04(lost)).toMatchObject({
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(await kubectl('get', 'node', 'node04', '--no-headers')).toMatch(/^node04\s+NotReady\s/);
    const isUnreachable = ({ metadata, spec }: Json) =>
      metadata.name === 'node04' &&
      spec.taints?.some(
        ({ key, effect }: Json) => key === 'node.kubernetes.io/unreachable' && effect === 'NoExecute',
      );
    await nodes.until('node04 is tainted', (all) => all.some(isUnreachable));
    expect(pods.objects.filter(({ spec }) => spec.nodeName === 'node04')).toHaveLength(1);
    expect(pods.objects.filter(isLeaving)).toEqual([]);

    node04 = await cluster.join('node04');
    await nodes.until('node04 is back', (all) => readyOf04(all).status === 'True');
    await pods.until('its pod runs', (all) => all.length === 4 && all.every((pod) => isRunning(pod)));
    nodes.stop();
  });

  step('6: a node that is deleted takes its pod with it', async () => {
    await node04.stop();
    expect(await kubectl('delete', 'node', 'node04')).toBe('node "node04" deleted\n');
    await pods.until('three pods are left', (all) => all.length === 3, A_WHILE);
    expect(pods.objects.map(({ spec }) => spec.nodeName).sort()).toEqual(NODES);
  });

  step('at no moment of the whole walk did a node have two pods', async () => {
    expect(mostPodsOnANode(pods.events)).toBe(1);
  });
}

function succeeded({ stdout, stderr, code }: Outcome): string {
  expect(code, stderr).toBe(0);
  return stdout;
}

/** The STATUS column of `get pod -w`, pod by pod, without repeats. */
function statusesIn(stdout: string): Map<string, string[]> {
  const statuses = new Map<string, string[]>();
  // Not by the headings: a later line may have wider cells than they.
  for (const [, name, status] of stdout.matchAll(/^(ds-demo-\w+)\s+\d\/\d\s+(\w+)/gm)) {
    const seen = statuses.get(name!) ?? [];
    if (seen.at(-1) !== status) statuses.set(name!, [...seen, status!]);
  }
  return statuses;
}
