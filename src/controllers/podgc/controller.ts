import { isStatusError } from '../../apimachinery/errors.ts';
import { nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { type Clock, type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Node, Pod } from '../../generated/types.ts';
import { Nodes, Pods } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { refOf } from '../ownership/ownership.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { isTerminal } from '../pods/podState.ts';
import { type Action, type Observed, planPodGc } from './plan.ts';

/** The controller looks at all pods at once, under one key. */
const EVERYTHING = 'pods';

/** Removes pods that nobody else will: of vanished nodes, never scheduled, or ended long ago. */
export class PodGcController implements Controller<Observed, Action> {
  readonly name = 'podgc';
  readonly #clock: Clock;
  readonly #nodes: Informer<Node>;
  readonly #pods: PodCache;
  readonly #missingSince = new Map<string, EpochMs>();

  constructor(context: ControllerContext) {
    this.#clock = context.clock;
    this.#nodes = context.informers.of(Nodes);
    this.#pods = new PodCache(context.informers);
  }

  watch(enqueue: (key: string) => void): void {
    this.#nodes.onChange(({ before, after }) => {
      if (after) this.#missingSince.delete(nameOf(after));
      else this.#missingSince.set(nameOf(before!), this.#clock.now());
      if (!after) enqueue(EVERYTHING);
    });
    enqueue(EVERYTHING);
  }

  observe(): Observed {
    const pods = this.#pods.informer.list();
    const hasNode = (name: string) => this.#nodes.get(name) !== undefined;
    for (const { spec } of pods) {
      if (!spec.nodeName || hasNode(spec.nodeName) || this.#missingSince.has(spec.nodeName)) continue;
      this.#missingSince.set(spec.nodeName, this.#clock.now());
    }
    const isOutOfService = (name: string) =>
      this.#nodes.get(name)?.spec.taints?.some(({ key }) => key === 'node.kubernetes.io/out-of-service') ??
      false;
    return { pods, hasNode, missingSince: this.#missingSince, isOutOfService };
  }

  plan(seen: Observed, now: EpochMs) {
    return planPodGc(seen, now);
  }

  async execute(_seen: Observed, { pod, because }: Action, client: Client): Promise<void> {
    try {
      if (!isTerminal(pod)) await this.#markFailed(client, pod, because);
      await client.delete(Pods, refOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: uidOf(pod) } });
    } catch (error) {
      if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
    }
  }

  /** Its owner must be able to count it as failed; a condition says that it was not its own fault (KEP-3329). */
  async #markFailed(client: Client, pod: Pod, because: Action['because']): Promise<void> {
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: MESSAGES[because],
      lastTransitionTime: timestamp(this.#clock.now()),
    };
    const body = { metadata: { uid: uidOf(pod) }, status: { phase: 'Failed', conditions: [condition] } };
    await client.patch(Pods, refOf(pod), { type: 'strategic', body }, { subresource: 'status' });
  }
}

const MESSAGES: Record<Action['because'], string> = {
  nodeGone: 'PodGC: node no longer exists',
  unscheduled: 'PodGC: the pod was deleted before it was scheduled',
  outOfService: 'PodGC: the node is out of service',
  terminated: 'PodGC: too many ended pods',
};
