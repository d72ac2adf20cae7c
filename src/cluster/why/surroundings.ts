import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, type KubernetesObject, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { type Claim, claim } from '../../controllers/framework/ownership.ts';
import type { LabelSelector, Namespace, Node, Pod } from '../../generated/types.ts';
import { Events, Namespaces, Nodes, Pods } from '../../resources/kinds.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { Snapshot } from '../../scheduler/snapshot.ts';

/** What controllers and the scheduler have in their caches, and what time it is. */
export interface Surroundings {
  readonly nodes: readonly Node[];
  /** Of all namespaces. */
  readonly pods: readonly Pod[];
  /** All pods that are on nodes, as the scheduler counts them. */
  readonly snapshot: Snapshot;
  readonly now: EpochMs;
  /** Where CronJobs without `timeZone` read their schedule. */
  readonly localTimeZone: string;
}

export async function lookAround(
  client: Client,
  time: Pick<Surroundings, 'now' | 'localTimeZone'>,
): Promise<Surroundings> {
  const [nodes, pods, namespaces] = await Promise.all([
    client.list(Nodes),
    client.list(Pods),
    client.list(Namespaces),
  ]);
  const snapshot = snapshotOf(nodes.items, pods.items, namespaces.items);
  return { nodes: nodes.items, pods: pods.items, snapshot, ...time };
}

function snapshotOf(
  nodes: readonly Node[],
  pods: readonly Pod[],
  namespaces: readonly Namespace[],
): Snapshot {
  const snapshot = new Snapshot();
  for (const namespace of namespaces)
    snapshot.setNamespaceLabels(nameOf(namespace), namespace.metadata.labels ?? {});
  for (const node of nodes) snapshot.setNode(node);
  for (const pod of pods) if (pod.spec.nodeName && !isTerminal(pod)) snapshot.setPod(pod);
  return snapshot;
}

/** Which of the objects are the owner's, as its controller sees it. */
export function claimOf<T extends KubernetesObject>(
  owner: KubernetesObject,
  selector: LabelSelector | undefined,
  objects: readonly T[],
): Claim<T> {
  const near = objects.filter(({ metadata }) => metadata.namespace === owner.metadata.namespace);
  const owned = near.filter((object) => controllerOf(object)?.uid === uidOf(owner));
  const orphans = near.filter((object) => !controllerOf(object));
  return claim(owner, labelSelectorOf(selector), owned, orphans);
}

/** What the newest event `FailedCreate` says: there is none, or it is old, where nothing stands in the way. */
export async function lastCreationFailure(
  client: Client,
  owner: KubernetesObject,
): Promise<string | undefined> {
  const { items } = await client.list(Events, {
    namespace: owner.metadata.namespace,
    fieldSelector: `involvedObject.uid=${uidOf(owner)},reason=FailedCreate`,
  });
  const lastSeen = ({ lastTimestamp, eventTime }: (typeof items)[number]) => lastTimestamp ?? eventTime ?? '';
  return items.toSorted((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1))[0]?.message;
}
