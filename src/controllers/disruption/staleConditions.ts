import { isBeingDeleted, keyOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import { type Clock, type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { trueCondition } from '../../resources/conditions.ts';
import { Pods } from '../../resources/kinds.ts';
import { observedGeneration } from '../../resources/pod/disruptionTarget.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from '../framework/controller.ts';

/** After which a disruption that was announced and did not come is taken back. */
const TIMEOUT_MS = 120_000;

type Action = { readonly kind: 'takeBack' };

/** Takes `DisruptionTarget` from pods that were to be disrupted and were not (KEP-3329). */
export class StaleDisruptionController implements Controller<Pod, Action> {
  readonly name = 'stale-disruption';
  readonly #clock: Clock;
  readonly #pods: Informer<Pod>;

  constructor(context: ControllerContext) {
    this.#clock = context.clock;
    this.#pods = context.informers.of(Pods);
  }

  watch(enqueue: (key: string) => void): void {
    this.#pods.onChange(({ after }) => {
      if (after && isStale(after)) enqueue(keyOf(after));
    });
  }

  observe(key: string): Pod | undefined {
    return this.#pods.get(key);
  }

  plan(pod: Pod, now: EpochMs): Plan<Action> {
    return planStaleDisruption(pod, now);
  }

  async execute(pod: Pod, _action: Action, client: Client): Promise<void> {
    const lastTransitionTime = timestamp(this.#clock.now());
    const generation = observedGeneration(pod.metadata);
    const conditions = [
      {
        type: 'DisruptionTarget',
        status: 'False',
        ...generation,
        lastTransitionTime,
        reason: null,
        message: null,
      },
    ];
    const body = { metadata: { uid: uidOf(pod) }, status: { conditions } };
    await client.patch(Pods, refOf(pod), { type: 'strategic', body }, { subresource: 'status' });
  }
}

export function planStaleDisruption(pod: Pod, now: EpochMs): Plan<Action> {
  if (!isStale(pod)) return inStages([]);
  const deadline = Date.parse(trueCondition(pod, 'DisruptionTarget')!.lastTransitionTime ?? '') + TIMEOUT_MS;
  return deadline > now ? inStages([], deadline) : inStages<Action>([[{ kind: 'takeBack' }]]);
}

/** What a node itself announces it carries out. */
const isStale = (pod: Pod): boolean => {
  const condition = trueCondition(pod, 'DisruptionTarget');
  if (!condition || condition.reason === 'TerminationByKubelet') return false;
  return !isBeingDeleted(pod) && !isTerminal(pod);
};
