import { isStatusError } from '../../apimachinery/errors.ts';
import { nameOf, type ObjectKey } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { Node, Pod } from '../../generated/types.ts';
import { SLICE_CONTROLLER } from '../../resources/endpointslice/sliceLabels.ts';
import { Nodes } from '../../resources/kinds.ts';
import type { Controller, ControllerContext, Plan } from '../framework/controller.ts';
import { type Metrics, noMetrics } from '../framework/metrics.ts';
import { SelectingServices } from '../services/selectingServices.ts';
import { selectsPods } from '../services/serviceFacts.ts';
import { ServiceSlices } from '../services/serviceSlices.ts';
import { type SliceAction, writeSlice } from '../services/sliceActions.ts';
import { TriggerTimes } from '../services/triggerTimes.ts';
import { type Action, missingText, type Observed, planSlices } from './plan.ts';

/** Shows in slices which pods serve each service that selects some. */
export class EndpointSliceController implements Controller<Observed, Action> {
  readonly name = 'endpointslice';
  readonly #services: SelectingServices;
  readonly #slices: ServiceSlices;
  readonly #nodes: Informer<Node>;
  readonly #recorder: EventRecorder;
  readonly #metrics: Metrics;
  readonly #triggers = new TriggerTimes();

  constructor(context: ControllerContext) {
    this.#services = new SelectingServices(context.informers);
    this.#slices = new ServiceSlices(context.informers, SLICE_CONTROLLER);
    this.#nodes = context.informers.of(Nodes);
    this.#recorder = context.recorder('endpoint-slice-controller');
    this.#metrics = context.metrics ?? noMetrics;
  }

  watch(enqueue: (key: string) => void): void {
    this.#services.watch(enqueue);
    this.#slices.watch(enqueue);
  }

  observe(key: ObjectKey): Observed | undefined {
    const service = this.#services.informer.get(key);
    if (!service || !selectsPods(service)) {
      this.#triggers.forget(key);
      return undefined;
    }
    const pods = this.#services.podsOf(service);
    const triggerTime = this.#triggers.next(service, pods);
    return { service, pods, slices: this.#slices.of(key), nodes: this.#nodesOf(pods), triggerTime };
  }

  plan(seen: Observed): Plan<Action> {
    return planSlices(seen);
  }

  async execute(seen: Observed, action: Action, client: Client): Promise<void> {
    try {
      if (action.kind === 'await') throw new Error(missingText(seen, action.missing));
      await writeSlice(client, action);
      this.#metrics.count('endpoint_slice_controller_changes', { operation: action.kind });
    } catch (error) {
      this.#tell(seen, action, error);
      throw error;
    }
  }

  #nodesOf(pods: readonly Pod[]): ReadonlyMap<string, Node> {
    const names = new Set(pods.map(({ spec }) => spec.nodeName ?? ''));
    const found = [...names].map((name) => [name, this.#nodes.get(name)] as const);
    return new Map(found.filter((entry): entry is [string, Node] => entry[1] !== undefined));
  }

  /** That somebody else wrote first is no trouble. */
  #tell({ service }: Observed, action: Action, error: unknown): void {
    if (isStatusError(error, 'Conflict')) return;
    const name = `${service.metadata.namespace}/${nameOf(service)}`;
    const what = action.kind === 'await' ? '' : `failed to ${described(action)} for Service ${name}: `;
    const message = `Error updating Endpoint Slices for Service ${name}: ${what}${(error as Error).message}`;
    this.#recorder.event(service, 'Warning', 'FailedToUpdateEndpointSlices', message);
  }
}

const described = ({ kind, slice }: SliceAction): string =>
  kind === 'create' ? 'create EndpointSlice' : `${kind} ${nameOf(slice)} EndpointSlice`;
