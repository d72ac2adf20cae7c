import { isStatusError } from '../../apimachinery/errors.ts';
import { keyOf, nameOf, type ObjectKey } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { Endpoints as EndpointsObject } from '../../generated/types.ts';
import { Endpoints } from '../../resources/kinds.ts';
import type { Controller, ControllerContext, Plan } from '../framework/controller.ts';
import { isOfTerminatingNamespace } from '../framework/terminatingNamespace.ts';
import { isElectionRecord } from '../services/electionRecord.ts';
import { SelectingServices } from '../services/selectingServices.ts';
import { selectsPods } from '../services/serviceFacts.ts';
import { TriggerTimes } from '../services/triggerTimes.ts';
import { type Action, type Observed, planEndpoints } from './plan.ts';

const FAILURES = {
  create: ['FailedToCreateEndpoint', 'Failed to create endpoint for service'],
  update: ['FailedToUpdateEndpoint', 'Failed to update endpoint'],
} as const;

/** Shows in Endpoints, as clients of old read them, which pods serve each service that selects some. */
export class EndpointsController implements Controller<Observed, Action> {
  readonly name = 'endpoints';
  readonly #services: SelectingServices;
  readonly #endpoints: Informer<EndpointsObject>;
  readonly #recorder: EventRecorder;
  readonly #triggers = new TriggerTimes();

  constructor(context: ControllerContext) {
    this.#services = new SelectingServices(context.informers);
    this.#endpoints = context.informers.of(Endpoints);
    this.#recorder = context.recorder('endpoint-controller');
  }

  /** Those without a service are removed at the start only: later on, somebody may be about to make theirs. */
  watch(enqueue: (key: string) => void): void {
    for (const endpoints of this.#endpoints.list())
      if (!isElectionRecord(endpoints)) enqueue(keyOf(endpoints));
    this.#services.watch(enqueue);
    this.#endpoints.onChange(({ before, after }) => {
      if (before && !after) enqueue(keyOf(before));
    });
  }

  observe(key: ObjectKey): Observed | undefined {
    const service = this.#services.informer.get(key);
    const current = this.#endpoints.get(key);
    if (service && selectsPods(service)) {
      const pods = this.#services.podsOf(service);
      return { service, pods, current, triggerTime: this.#triggers.next(service, pods) };
    }
    this.#triggers.forget(key);
    if (service || !current) return undefined;
    return { service, pods: [], current, triggerTime: undefined };
  }

  plan(seen: Observed): Plan<Action> {
    return planEndpoints(seen);
  }

  async execute(_seen: Observed, { kind, endpoints }: Action, client: Client): Promise<void> {
    try {
      if (kind === 'create') await client.create(Endpoints, endpoints);
      else if (kind === 'update') await client.update(Endpoints, endpoints);
      else
        await client.delete(Endpoints, refOf(endpoints), { preconditions: { uid: endpoints.metadata.uid! } });
    } catch (error) {
      // Of those that are gone it hears, and looks again.
      if (kind === 'create' ? isOfTerminatingNamespace(error) : isStatusError(error, 'NotFound')) return;
      if (kind !== 'delete' && !isStatusError(error, 'Conflict')) this.#tell(endpoints, kind, error);
      throw error;
    }
  }

  #tell(endpoints: EndpointsObject, kind: keyof typeof FAILURES, error: unknown): void {
    const [reason, what] = FAILURES[kind];
    const name = `${endpoints.metadata.namespace}/${nameOf(endpoints)}`;
    this.#recorder.event(endpoints, 'Warning', reason, `${what} ${name}: ${(error as Error).message}`);
  }
}
