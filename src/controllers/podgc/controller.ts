import { isStatusError } from '../../apimachinery/errors.ts';
import { nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { type Clock, type EpochMs, hoursAt, type Ms } from '../../clock/clock.ts';
import type { Node, Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { Nodes, Pods } from '../../resources/kinds.ts';
import { disruptionTarget, observedGeneration } from '../../resources/pod/disruptionTarget.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { type Metrics, noMetrics } from '../framework/metrics.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { type Action, type Observed, planPodGc } from './plan.ts';

/** The controller looks at all pods at once, under one key. */
const EVERYTHING = 'pods';

/** As the metrics name them. */
const REASONS: Readonly<Record<Action['because'], string>> = {
  terminated: 'terminated',
  nodeGone: 'orphaned',
  outOfService: 'out-of-service',
  unscheduled: 'unscheduled',
};

/** Removes pods that nobody else will: of vanished nodes, never scheduled, or ended long ago. */
export class PodGcController implements Controller<Observed, Action> {
  readonly name = 'podgc';
  readonly #clock: Clock;
  readonly #nodes: Informer<Node>;
  readonly #pods: PodCache;
  readonly #metrics: Metrics;
  /** By the name of the node. */
  #missingSince: ReadonlyMap<string, Ms> = new Map();

  constructor(context: ControllerContext) {
    this.#clock = context.clock;
    this.#nodes = context.informers.of(Nodes);
    this.#pods = new PodCache(context.informers);
    this.#metrics = context.metrics ?? noMetrics;
  }

  watch(enqueue: (key: string) => void): void {
    this.#nodes.onChange(({ after }) => {
      if (!after) enqueue(EVERYTHING);
    });
    enqueue(EVERYTHING);
  }

  observe(): Observed {
    const pods = this.#pods.informer.list();
    const missingSince = new Map<string, Ms>();
    for (const { spec } of pods) {
      const { nodeName } = spec;
      if (!nodeName || this.#nodes.get(nodeName) || missingSince.has(nodeName)) continue;
      missingSince.set(nodeName, this.#missingSince.get(nodeName) ?? this.#clock.elapsed());
    }
    this.#missingSince = missingSince;
    return {
      pods,
      missingSince: hoursAt(this.#clock, missingSince),
      outOfService: new Set(this.#nodes.list().filter(isOutOfService).map(nameOf)),
    };
  }

  plan(seen: Observed, now: EpochMs) {
    return planPodGc(seen, now);
  }

  async execute(_seen: Observed, { pod, because }: Action, client: Client): Promise<void> {
    const labels = { namespace: pod.metadata.namespace!, reason: REASONS[because] };
    try {
      if (!isTerminal(pod)) await this.#markFailed(client, pod, because);
      await client.delete(Pods, refOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: uidOf(pod) } });
      this.#metrics.count('pod_gc_collector_force_delete_pods_total', labels);
    } catch (error) {
      if (isStatusError(error, 'NotFound', 'Conflict')) return;
      this.#metrics.count('pod_gc_collector_force_delete_pod_errors_total', labels);
      throw error;
    }
  }

  /** Its owner must be able to count it as failed; of one that lost its node, a condition says that it is not to blame (KEP-3329). */
  async #markFailed(client: Client, pod: Pod, because: Action['because']): Promise<void> {
    const message = 'PodGC: node no longer exists';
    const condition = disruptionTarget(pod, 'DeletionByPodGC', message, this.#clock.now());
    const conditions = because === 'nodeGone' ? { conditions: [condition] } : {};
    const status = { phase: 'Failed', ...observedGeneration(pod.metadata), ...conditions };
    const body = { metadata: { uid: uidOf(pod) }, status };
    await client.patch(Pods, refOf(pod), { type: 'strategic', body }, { subresource: 'status' });
  }
}

const isOutOfService = (node: Node): boolean =>
  (node.spec.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/out-of-service') && !isReady(node);
