import { isStatusError } from '../../apimachinery/errors.ts';
import { controllerOf, deepCopy, type KubernetesObject, uidOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { Pod, Taint } from '../../generated/types.ts';
import {
  CronJobs,
  DaemonJobs,
  DaemonSets,
  Deployments,
  Jobs,
  Nodes,
  PodDisruptionBudgets,
  Pods,
  StatefulSets,
} from '../../resources/kinds.ts';
import { StoreUnavailableError } from '../../store/store.ts';
import { NAMESPACE, type Operation, TAINT_KEY, type WorkloadKind } from '../plan/plan.ts';
import type { World } from './world.ts';

const TYPES: Readonly<Record<WorkloadKind, ResourceType>> = {
  DaemonSet: DaemonSets,
  Job: Jobs,
  CronJob: CronJobs,
  Deployment: Deployments,
  StatefulSet: StatefulSets,
  DaemonJob: DaemonJobs,
  PodDisruptionBudget: PodDisruptionBudgets,
};

/** Operations that are one request or a few, and no more. */
export type ApiOperation = Exclude<Operation, { kind: 'addNode' | 'removeNode' | 'relabelPod' }>;

/** Does to the API what a user would; what the API refuses, or is not there, is left alone. */
export async function carryOut(does: ApiOperation, client: Client, world: World): Promise<void> {
  try {
    await send(does, client, world);
  } catch (error) {
    ifExpected(error);
  }
}

/** The API may say no, and the store may be in trouble; anything else is a bug. */
function ifExpected(error: unknown): void {
  if (!isStatusError(error) && !(error instanceof StoreUnavailableError)) throw error;
}

async function send(does: ApiOperation, client: Client, world: World): Promise<unknown> {
  switch (does.kind) {
    case 'create':
      return client.create<KubernetesObject>(
        TYPES[does.workload.kind as WorkloadKind],
        deepCopy(does.workload),
      );
    case 'change': {
      const ref = { name: does.name, namespace: NAMESPACE };
      return client.patch(TYPES[does.of], ref, { type: 'merge', body: does.patch });
    }
    case 'delete': {
      const ref = { name: does.name, namespace: NAMESPACE };
      return client.delete(TYPES[does.of], ref, { propagationPolicy: does.propagation });
    }
    case 'killPod':
      return killPod(does, client, world);
    case 'labelNode': {
      const body = { metadata: { labels: { [does.label]: does.value } } };
      return client.patch(Nodes, { name: does.node }, { type: 'merge', body });
    }
    case 'taintNode':
      return taintNode(does.node, does.effect, client);
    case 'cordon':
      return setUnschedulable(does.node, true, client);
    case 'uncordon':
      return setUnschedulable(does.node, null, client);
    case 'drain':
      return drain(does.node, client, world);
  }
}

function podAt(pick: number, world: World): Pod | undefined {
  const pods = world.all('Pod').toSorted((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1));
  return pods[Math.floor(pick * pods.length)];
}

async function killPod(
  { pick, how }: Extract<Operation, { kind: 'killPod' }>,
  client: Client,
  world: World,
): Promise<void> {
  const pod = podAt(pick, world);
  if (!pod) return;
  world.touch(uidOf(pod));
  if (how === 'evict') await evict(pod, client);
  else await client.delete(Pods, refOf(pod), how === 'force' ? { gracePeriodSeconds: 0 } : {});
}

/** Takes the labels by which its owner knows the pod. Resolves to the pod as it was; undefined when there is none. */
export async function takeLabels(pick: number, client: Client, world: World): Promise<Pod | undefined> {
  const pod = podAt(pick, world);
  if (!pod) return undefined;
  world.touch(uidOf(pod));
  const none = Object.fromEntries(Object.keys(pod.metadata.labels ?? {}).map((label) => [label, null]));
  await patchLabels(pod, none, client);
  return pod;
}

/** False when that failed: it is to be tried again, unless the pod is gone. */
export const giveLabelsBack = (pod: Pod, client: Client): Promise<boolean> =>
  patchLabels(pod, pod.metadata.labels ?? {}, client);

/** Whether they were patched, as far as one was told. */
async function patchLabels(
  pod: Pod,
  labels: Record<string, string | null>,
  client: Client,
): Promise<boolean> {
  const body = { metadata: { uid: uidOf(pod), labels } };
  try {
    await client.patch(Pods, refOf(pod), { type: 'merge', body });
    return true;
  } catch (error) {
    ifExpected(error);
    return false;
  }
}

async function taintNode(name: string, effect: string | null, client: Client): Promise<void> {
  const { spec } = await client.get(Nodes, { name });
  const others = (spec.taints ?? []).filter(({ key }) => key !== TAINT_KEY);
  const taints: Taint[] = effect === null ? others : [...others, { key: TAINT_KEY, effect }];
  await client.patch(Nodes, { name }, { type: 'merge', body: { spec: { taints } } });
}

const setUnschedulable = (name: string, unschedulable: true | null, client: Client) =>
  client.patch(Nodes, { name }, { type: 'merge', body: { spec: { unschedulable } } });

async function drain(name: string, client: Client, world: World): Promise<void> {
  await setUnschedulable(name, true, client);
  for (const pod of world.all('Pod')) {
    if (pod.spec.nodeName !== name || controllerOf(pod)?.kind === 'DaemonSet') continue;
    world.touch(uidOf(pod));
    await evict(pod, client);
  }
}

function evict(pod: Pod, client: Client): Promise<unknown> {
  const { name, namespace } = refOf(pod);
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  return client.createSubresource(Pods, { name, namespace }, 'eviction', eviction);
}

/** Makes all nodes as usable as they were, and takes away those that have no machine any more. */
export async function putNodesRight(
  client: Client,
  world: World,
  machines: ReadonlySet<string>,
): Promise<void> {
  for (const { metadata } of world.all('Node')) {
    const node = metadata.name!;
    if (!machines.has(node)) await client.delete(Nodes, { name: node });
    await carryOut({ kind: 'uncordon', node }, client, world);
    await carryOut({ kind: 'taintNode', node, effect: null }, client, world);
  }
}

export async function suspendCronJobs(client: Client, world: World): Promise<void> {
  for (const { metadata } of world.all('CronJob')) {
    const patch = { spec: { suspend: true } };
    await carryOut({ kind: 'change', of: 'CronJob', name: metadata.name!, patch }, client, world);
  }
}
