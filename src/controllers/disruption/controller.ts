import { labelSelectorText } from '../../apimachinery/labelSelectorText.ts';
import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { keyOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod, PodDisruptionBudget } from '../../generated/types.ts';
import { PodDisruptionBudgets } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { type Action, type Observed, planDisruption, type Reason } from './plan.ts';
import { Scales } from './scales.ts';

/** Keeps count of how many of its pods each PodDisruptionBudget lets go. */
export class DisruptionController implements Controller<Observed, Action> {
  readonly name = 'disruption';
  readonly #budgets: Informer<PodDisruptionBudget>;
  readonly #pods: Informer<Pod>;
  readonly #scales: Scales;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#budgets = context.informers
      .of(PodDisruptionBudgets)
      .addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
    this.#pods = new PodCache(context.informers).informer.addIndex('namespace', ({ metadata }) => [
      metadata.namespace ?? '',
    ]);
    this.#scales = new Scales(context.informers);
    this.#recorder = context.recorder('controllermanager');
  }

  watch(enqueue: (key: string) => void): void {
    this.#scales.watch();
    this.#budgets.onChange(({ before, after }) => enqueue(keyOf((after ?? before)!)));
    this.#pods.onChange(({ before, after }) => {
      for (const budget of this.#budgets.byIndex('namespace', (after ?? before)!.metadata.namespace ?? '')) {
        if ([before, after].some((pod) => pod && selects(budget, pod))) enqueue(keyOf(budget));
      }
    });
  }

  observe(key: string): Observed | undefined {
    const budget = this.#budgets.get(key);
    if (!budget) return undefined;
    const pods = this.#pods
      .byIndex('namespace', budget.metadata.namespace ?? '')
      .filter((pod) => selects(budget, pod));
    return { budget, pods: pods.map((pod) => ({ pod, scale: this.#scales.of(pod) })) };
  }

  plan(seen: Observed, now: EpochMs) {
    return planDisruption(seen, now);
  }

  async execute({ budget }: Observed, action: Action, client: Client): Promise<void> {
    switch (action.kind) {
      case 'announce': {
        const { type, message } = announcement(budget, action.reason, action.detail);
        this.#recorder.event(budget, type, action.reason, message);
        return;
      }
      case 'notDeleted': {
        const { namespace } = budget.metadata;
        // Upstream says the namespace twice, and not the name.
        const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
        this.#recorder.event(action.pod, 'Warning', 'NotDeleted', message);
        return;
      }
      case 'updateStatus':
        return updateStatus(client, PodDisruptionBudgets, budget, action.status);
    }
  }
}

const selects = ({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean =>
  labelSelectorOf(spec?.selector).matches(metadata.labels ?? {});

function announcement({ spec }: PodDisruptionBudget, reason: Reason, detail: string) {
  switch (reason) {
    case 'NoPods':
      return { type: 'Normal', message: 'No matching pods found' } as const;
    case 'CalculateExpectedPodCountFailed': {
      const message = `Failed to calculate the number of expected pods: ${detail}`;
      return { type: 'Warning', message } as const;
    }
    case 'UnmanagedPods': {
      const selector = `(selector: ${labelSelectorText(spec?.selector)})`;
      const consequence =
        'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior.';
      const advice =
        'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
      const message = `Pods selected by this PodDisruptionBudget ${selector} were found to be unmanaged. ${consequence} ${advice}`;
      return { type: 'Warning', message } as const;
    }
  }
}
