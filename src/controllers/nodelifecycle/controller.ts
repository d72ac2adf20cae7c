import { deepEqual, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import { type Clock, type EpochMs, hourAt, hoursAt, type Ms, timestamp } from '../../clock/clock.ts';
import type { Lease, Node, Pod, Taint } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
import { Leases, Nodes, Pods } from '../../resources/kinds.ts';
import { NODE_LEASE_NAMESPACE } from '../../resources/nodeIdentity.ts';
import { disruptionTarget, observedGeneration } from '../../resources/pod/disruptionTarget.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { setTaints } from '../framework/nodeTaints.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { taintKey } from './evictionTime.ts';
import { type Action, GRACE_PERIOD_MS, type Observed, planNode } from './plan.ts';
import { isEmptied, readyStatus } from './taints.ts';
import { Zones } from './zones.ts';

/** Watches over the nodes: their leases, their taints, and the pods of those that are lost. */
export class NodeLifecycleController implements Controller<Observed, Action> {
  readonly name = 'nodelifecycle';
  readonly #clock: Clock;
  readonly #nodes: Informer<Node>;
  readonly #leases: Informer<Lease>;
  readonly #pods: PodCache;
  readonly #recorder: EventRecorder;
  readonly #evictionRecorder: EventRecorder;
  /** When something was last heard of a node. As upstream by what has elapsed here: its clock, and ours, may be wrong or be set. */
  readonly #lastHeard = new Map<string, Ms>();
  readonly #taintedSince = new Map<string, ReadonlyMap<string, Ms>>();
  readonly #zones: Zones;
  /** By uid, when pods are to leave their nodes. */
  readonly #leaving = new Map<string, Ms>();

  constructor(context: ControllerContext) {
    this.#clock = context.clock;
    this.#zones = new Zones(context.clock);
    this.#nodes = context.informers.of(Nodes);
    this.#leases = context.informers.of(Leases);
    this.#pods = new PodCache(context.informers);
    this.#recorder = context.recorder('node-controller');
    this.#evictionRecorder = context.recorder('taint-eviction-controller');
  }

  watch(enqueue: (key: string) => void): void {
    this.#leases.onChange(({ after }) => {
      if (after?.metadata.namespace === NODE_LEASE_NAMESPACE) this.#heard(nameOf(after));
    });
    this.#nodes.onChange(({ before, after }) => {
      // What the others may lose changes with how many there are.
      if (this.#zones.note(nameOf((after ?? before)!), after))
        for (const node of this.#nodes.list()) enqueue(nameOf(node));
      this.#nodeChanged(before, after, enqueue);
    });
    this.#pods.informer.onChange(({ before, after }) => {
      if (!after) this.#cancelEviction(before!);
      const node = after?.spec.nodeName;
      if (node && this.#nodes.get(node)?.spec.taints?.length && mattersToTaints(before, after)) enqueue(node);
    });
  }

  #nodeChanged(before: Node | undefined, after: Node | undefined, enqueue: (key: string) => void): void {
    const name = nameOf((after ?? before)!);
    if (!after) {
      this.#lastHeard.delete(name);
      this.#taintedSince.delete(name);
      this.#tell(before!, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
      return;
    }
    if (!before || heartbeatOf(before) !== heartbeatOf(after)) this.#heard(name);
    this.#noteTaints(after);
    if (!before)
      this.#tell(after, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
    else if (readyStatus(before) === 'True' && readyStatus(after) !== 'True')
      this.#tell(after, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
    enqueue(name);
  }

  #noteTaints(node: Node): void {
    const known = this.#taintedSince.get(nameOf(node));
    const now = this.#clock.elapsed();
    const keys = (node.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute').map(taintKey);
    this.#taintedSince.set(nameOf(node), new Map(keys.map((key) => [key, known?.get(key) ?? now])));
  }

  #heard(node: string): void {
    this.#lastHeard.set(node, this.#clock.elapsed());
  }

  observe(key: string): Observed | undefined {
    const node = this.#nodes.get(key);
    if (!node) return undefined;
    const pods = this.#pods.onNode(key);
    return {
      node,
      pods,
      lastHeard: hourAt(this.#clock, this.#lastHeardOf(node)),
      taintedSince: this.#taintedSinceOf(key),
      emptying: this.#zones.emptyingOf(node),
      leaving: this.#leavingOf(pods),
    };
  }

  #leavingOf(pods: readonly Pod[]): ReadonlyMap<string, EpochMs> {
    if (this.#leaving.size === 0) return NEVER;
    const times = pods.map((pod) => [uidOf(pod), this.#leaving.get(uidOf(pod))] as const);
    return new Map(
      times.flatMap(([uid, at]) => (at === undefined ? [] : [[uid, hourAt(this.#clock, at)] as const])),
    );
  }

  /**
   * A silence that was to be noticed long ago, and was not, is our own: the machine slept, or this process stood still. Then every node
   * gets its grace period anew.
   */
  #lastHeardOf(node: Node): Ms {
    const name = nameOf(node);
    const now = this.#clock.elapsed();
    const lastHeard = this.#lastHeard.get(name) ?? now;
    const overslept = now - lastHeard > 2 * GRACE_PERIOD_MS;
    if (!overslept || readyStatus(node) !== 'True') return lastHeard;
    this.#heard(name);
    return now;
  }

  #taintedSinceOf(node: string): ReadonlyMap<string, EpochMs> {
    const known = this.#taintedSince.get(node);
    if (!known || known.size === 0) return NEVER;
    return hoursAt(this.#clock, known);
  }

  plan(seen: Observed, now: EpochMs) {
    return planNode(seen, now);
  }

  async execute({ node }: Observed, action: Action, client: Client): Promise<void> {
    const ref = { name: nameOf(node) };
    switch (action.kind) {
      case 'setConditions':
        await client.patch(
          Nodes,
          ref,
          { type: 'strategic', body: { status: { conditions: action.conditions } } },
          { subresource: 'status' },
        );
        return;
      case 'setLabels':
        await client.patch(Nodes, ref, {
          type: 'merge',
          body: { metadata: { uid: uidOf(node), labels: action.labels } },
        });
        return;
      case 'setTaints':
        return this.#setTaints(client, node, action.taints);
      case 'markNotReady':
        return this.#markNotReady(client, action.pod);
      case 'planEviction':
        this.#leaving.set(uidOf(action.pod), this.#clock.elapsed() + (action.at - this.#clock.now()));
        return;
      case 'cancelEviction':
        return this.#cancelEviction(action.pod);
      case 'evict':
        return this.#evict(client, action.pod);
    }
  }

  async #setTaints(client: Client, node: Node, taints: readonly Taint[]): Promise<void> {
    const isTurn = isEmptied(taints) && !isEmptied(node.spec.taints);
    const giveBack = isTurn ? this.#zones.takeTurn(node) : undefined;
    try {
      await setTaints(client, node, taints);
    } catch (error) {
      giveBack?.();
      throw error;
    }
  }

  #cancelEviction(pod: Pod): void {
    if (!this.#leaving.delete(uidOf(pod))) return;
    const message = `Cancelling deletion of Pod ${pod.metadata.namespace}/${nameOf(pod)}`;
    this.#evictionRecorder.event(pod, 'Normal', 'TaintManagerEviction', message);
  }

  #tell(node: Node, reason: string, message: string): void {
    this.#recorder.event(nodeReference(node), 'Normal', reason, message);
  }

  async #markNotReady(client: Client, pod: Pod): Promise<void> {
    const lastTransitionTime = timestamp(this.#clock.now());
    const condition = {
      type: 'Ready',
      status: 'False',
      ...observedGeneration(pod.metadata),
      lastTransitionTime,
    };
    const body = { metadata: { uid: uidOf(pod) }, status: { conditions: [condition] } };
    await patchStatus(client, pod, body);
    this.#recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
  }

  async #evict(client: Client, pod: Pod): Promise<void> {
    const name = `${pod.metadata.namespace}/${nameOf(pod)}`;
    this.#leaving.delete(uidOf(pod));
    this.#evictionRecorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${name}`);
    const message = 'Taint manager: deleting due to NoExecute taint';
    const condition = disruptionTarget(pod, 'DeletionByTaintManager', message, this.#clock.now());
    const body = { metadata: { uid: uidOf(pod) }, status: { conditions: [condition] } };
    await patchStatus(client, pod, body);
    const deletion = client.delete(Pods, refOf(pod), { preconditions: { uid: uidOf(pod) } });
    await ignoreStatusError(deletion, 'NotFound', 'Conflict');
  }
}

/** A pod matters when it arrives on a tainted node or tolerates other things than it did, not each time its status moves. */
const mattersToTaints = (before: Pod | undefined, after: Pod): boolean =>
  before?.spec.nodeName !== after.spec.nodeName ||
  !deepEqual(before?.spec.tolerations, after.spec.tolerations);

const NEVER: ReadonlyMap<string, EpochMs> = new Map();

const heartbeatOf = (node: Node | undefined) => node && conditionOf(node, 'Ready')?.lastHeartbeatTime;

/** Events about nodes name the node as its uid, as upstream's do, so that `kubectl describe node` finds them. */
const nodeReference = (node: Node) => ({
  kind: 'Node',
  name: nameOf(node),
  uid: nameOf(node),
  apiVersion: 'v1',
});

/** A pod that is gone by now needs nothing more. */
async function patchStatus(client: Client, pod: Pod, body: object): Promise<void> {
  const patch = { type: 'strategic', body } as const;
  const writing = client.patch(Pods, refOf(pod), patch, { subresource: 'status' });
  await ignoreStatusError(writing, 'NotFound', 'Conflict');
}
