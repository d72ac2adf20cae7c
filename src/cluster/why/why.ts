import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, type KubernetesObject, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Observed } from '../../controllers/daemonset/observed.ts';
import { type Claim, claim } from '../../controllers/framework/ownership.ts';
import type { DaemonSet, Namespace, Node, Pod } from '../../generated/types.ts';
import { ControllerRevisions, DaemonSets, Events, Namespaces, Nodes, Pods } from '../../resources/kinds.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { Snapshot } from '../../scheduler/snapshot.ts';
import { resourceNamed } from '../until/condition.ts';
import { explainDaemonSet, type Why } from './explainDaemonSet.ts';

export interface WhyOptions {
  /** `default` unless told. */
  readonly namespace?: string | undefined;
  /** This node alone. */
  readonly node?: string | undefined;
}

/**
 * Why each node has, or has not, a pod of a DaemonSet (`daemonset/agent`, `ds/agent`). Throws for anything else, and for a node that is
 * not there.
 */
export async function why(
  client: Client,
  object: string,
  { namespace = 'default', node }: WhyOptions,
  now: EpochMs,
): Promise<readonly Why[]> {
  const daemonSet = await client.get(DaemonSets, { name: daemonSetNamed(object), namespace });
  const rows = explainDaemonSet(await lookAround(client, daemonSet), now);
  const found = node === undefined ? rows : rows.filter((row) => row.node === node);
  if (node !== undefined && found.length === 0) throw new Error(`There is no node "${node}"`);
  return found;
}

function daemonSetNamed(object: string): string {
  const [kind = '', name = '', ...more] = object.split('/');
  const isDaemonSet = name && more.length === 0 && resourceNamed(kind).kind === DaemonSets.kind;
  if (!isDaemonSet) throw new Error(`"${object}" is no DaemonSet: it must be like "daemonset/agent"`);
  return name;
}

/** What the controller and the scheduler have in their caches. */
async function lookAround(client: Client, daemonSet: DaemonSet) {
  const { namespace = '' } = daemonSet.metadata;
  const [nodes, pods, revisions, namespaces, creationFailure] = await Promise.all([
    client.list(Nodes),
    client.list(Pods),
    client.list(ControllerRevisions, { namespace }),
    client.list(Namespaces),
    lastCreationFailure(client, daemonSet),
  ]);
  const inNamespace = pods.items.filter(({ metadata }) => metadata.namespace === namespace);
  const observed: Observed = {
    daemonSet,
    nodes: nodes.items,
    pods: claimOf(daemonSet, inNamespace),
    revisions: claimOf(daemonSet, revisions.items),
    failedOn: new Map(),
  };
  return { observed, snapshot: snapshotOf(nodes.items, pods.items, namespaces.items), creationFailure };
}

function claimOf<T extends KubernetesObject>(daemonSet: DaemonSet, objects: readonly T[]): Claim<T> {
  const owned = objects.filter((object) => controllerOf(object)?.uid === uidOf(daemonSet));
  const orphans = objects.filter((object) => !controllerOf(object));
  return claim(daemonSet, labelSelectorOf(daemonSet.spec.selector), owned, orphans);
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

/** What the newest event `FailedCreate` says: there is none, or it is old, where nothing stands in the way. */
async function lastCreationFailure(client: Client, daemonSet: DaemonSet): Promise<string | undefined> {
  const { items } = await client.list(Events, {
    namespace: daemonSet.metadata.namespace,
    fieldSelector: `involvedObject.uid=${uidOf(daemonSet)},reason=FailedCreate`,
  });
  const lastSeen = ({ lastTimestamp, eventTime }: (typeof items)[number]) => lastTimestamp ?? eventTime ?? '';
  return items.toSorted((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1))[0]?.message;
}
