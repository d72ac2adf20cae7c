import { isStatusError } from '../../apimachinery/errors.ts';
import { nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import { type Clock, type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Lease, Node, Pod } from '../../generated/types.ts';
import { Leases, Nodes, Pods } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { refOf } from '../ownership/ownership.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { type Action, type Observed, planNode } from './plan.ts';

/** Watches over the nodes: their leases, their taints, and the pods of those that are lost. */
export class NodeLifecycleController implements Controller<Observed, Action> {
  readonly name = 'nodelifecycle';
  readonly #clock: Clock;
  readonly #nodes: Informer<Node>;
  readonly #leases: Informer<Lease>;
  readonly #pods: PodCache;
  readonly #recorder: EventRecorder;
  readonly #lastHeard = new Map<string, EpochMs>();

  constructor(context: ControllerContext) {
    this.#clock = context.clock;
    this.#nodes = context.informers.of(Nodes);
    this.#leases = context.informers.of(Leases);
    this.#pods = new PodCache(context.informers);
    this.#recorder = context.recorder('node-controller');
  }

  watch(enqueue: (key: string) => void): void {
    this.#leases.onChange(({ after }) => {
      if (after?.metadata.namespace === 'kube-node-lease') this.#heard(nameOf(after));
    });
    this.#nodes.onChange(({ before, after }) => this.#nodeChanged(before, after, enqueue));
    this.#pods.informer.onChange(({ before, after }) => {
      const node = after?.spec.nodeName;
      // A pod matters here when it arrives on a tainted node, not each time its status moves.
      if (node && before?.spec.nodeName !== node && this.#nodes.get(node)?.spec.taints?.length) enqueue(node);
    });
  }

  #nodeChanged(before: Node | undefined, after: Node | undefined, enqueue: (key: string) => void): void {
    const name = nameOf((after ?? before)!);
    if (!after) this.#lastHeard.delete(name);
    else {
      if (heartbeatOf(before) !== heartbeatOf(after)) this.#heard(name);
      if (before) enqueue(name);
    }
    if (after && !before) {
      this.#recorder.event(
        nodeReference(after),
        'Normal',
        'RegisteredNode',
        `Node ${name} event: Registered Node ${name} in Controller`,
      );
      enqueue(name);
    }
  }

  #heard(node: string): void {
    this.#lastHeard.set(node, this.#clock.now());
  }

  observe(key: string): Observed | undefined {
    const node = this.#nodes.get(key);
    if (!node) return undefined;
    return {
      node,
      lease: this.#leases.get(`kube-node-lease/${key}`),
      pods: this.#pods.onNode(key),
      lastHeard: this.#lastHeard.get(key) ?? this.#clock.now(),
    };
  }

  plan(seen: Observed, now: EpochMs) {
    return planNode(seen, now);
  }

  async execute({ node }: Observed, action: Action, client: Client): Promise<void> {
    const ref = { name: nameOf(node) };
    switch (action.kind) {
      case 'setConditions':
        if (action.becameUnknown) this.#tell(node, 'NodeNotReady', 'NodeNotReady');
        await client.patch(
          Nodes,
          ref,
          { type: 'strategic', body: { status: { conditions: action.conditions } } },
          { subresource: 'status' },
        );
        return;
      case 'setTaints':
        // Only this version of the node: somebody may be setting taints of their own.
        await client.patch(Nodes, ref, {
          type: 'merge',
          body: {
            metadata: { resourceVersion: node.metadata.resourceVersion },
            spec: { taints: action.taints },
          },
        });
        return;
      case 'markNotReady':
        return this.#markNotReady(client, action.pod);
      case 'evict':
        return this.#evict(client, action.pod);
    }
  }

  #tell(node: Node, reason: string, status: string): void {
    this.#recorder.event(
      nodeReference(node),
      'Normal',
      reason,
      `Node ${nameOf(node)} status is now: ${status}`,
    );
  }

  async #markNotReady(client: Client, pod: Pod): Promise<void> {
    const lastTransitionTime = timestamp(this.#clock.now());
    const condition = { type: 'Ready', status: 'False', lastTransitionTime };
    const body = { metadata: { uid: uidOf(pod) }, status: { conditions: [condition] } };
    await ignoreGone(client.patch(Pods, refOf(pod), { type: 'strategic', body }, { subresource: 'status' }));
    this.#recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
  }

  async #evict(client: Client, pod: Pod): Promise<void> {
    const name = `${pod.metadata.namespace}/${nameOf(pod)}`;
    this.#recorder.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${name}`);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: timestamp(this.#clock.now()),
    };
    const body = { metadata: { uid: uidOf(pod) }, status: { conditions: [condition] } };
    await ignoreGone(client.patch(Pods, refOf(pod), { type: 'strategic', body }, { subresource: 'status' }));
    await ignoreGone(client.delete(Pods, refOf(pod), { preconditions: { uid: uidOf(pod) } }));
  }
}

const heartbeatOf = (node: Node | undefined) =>
  node?.status?.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime;

/** Events about nodes name the node as its uid, as upstream's do, so that `kubectl describe node` finds them. */
const nodeReference = (node: Node) => ({
  kind: 'Node',
  name: nameOf(node),
  uid: nameOf(node),
  apiVersion: 'v1',
});

async function ignoreGone(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
  }
}
