import { keyOf, type ObjectKey } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { Endpoints as EndpointsObject, Service } from '../../generated/types.ts';
import { MIRRORING_CONTROLLER, SKIP_MIRROR } from '../../resources/endpointslice/sliceLabels.ts';
import { Endpoints, Services } from '../../resources/kinds.ts';
import type { Controller, ControllerContext, Plan } from '../framework/controller.ts';
import { isElectionRecord } from '../services/electionRecord.ts';
import { hasSelector } from '../services/serviceFacts.ts';
import { ServiceSlices } from '../services/serviceSlices.ts';
import { writeSlice } from '../services/sliceActions.ts';
import { MOST_ADDRESSES } from './mirrored.ts';
import { type Action, type Observed, planMirrors } from './plan.ts';

/** Shows in slices what people write into Endpoints of services that select no pods: whoever reads slices sees all services. */
export class EndpointSliceMirroringController implements Controller<Observed, Action> {
  readonly name = 'endpointslicemirroring';
  readonly #endpoints: Informer<EndpointsObject>;
  readonly #services: Informer<Service>;
  readonly #slices: ServiceSlices;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#endpoints = context.informers.of(Endpoints);
    this.#services = context.informers.of(Services);
    this.#slices = new ServiceSlices(context.informers, MIRRORING_CONTROLLER);
    this.#recorder = context.recorder('endpoint-slice-mirroring-controller');
  }

  watch(enqueue: (key: string) => void): void {
    this.#services.onChange(({ before, after }) => {
      if ([before, after].some((service) => service && !hasSelector(service.spec.selector)))
        enqueue(keyOf((after ?? before)!));
    });
    this.#endpoints.onChange(({ before, after }) => {
      if ([before, after].some((endpoints) => endpoints && mayBeMirrored(endpoints)))
        enqueue(keyOf((after ?? before)!));
    });
    this.#slices.watch(enqueue);
  }

  observe(key: ObjectKey): Observed | undefined {
    const slices = this.#slices.of(key);
    const service = this.#services.get(key);
    const endpoints = this.#endpoints.get(key);
    if (service && !hasSelector(service.spec.selector) && endpoints && mayBeMirrored(endpoints))
      return { endpoints, slices };
    return slices.length > 0 ? { endpoints: undefined, slices } : undefined;
  }

  plan(seen: Observed): Plan<Action> {
    return planMirrors(seen);
  }

  async execute({ endpoints }: Observed, action: Action, client: Client): Promise<void> {
    if (action.kind === 'tell') this.#tell(endpoints!, action.invalid, action.skipped);
    else await writeSlice(client, action);
  }

  #tell(endpoints: EndpointsObject, invalid: number, skipped: number): void {
    if (invalid > 0) {
      const message = `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`;
      this.#recorder.event(endpoints, 'Warning', 'InvalidIPAddress', message);
    }
    if (skipped > invalid) {
      const message = `A max of ${MOST_ADDRESSES} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`;
      this.#recorder.event(endpoints, 'Warning', 'TooManyAddressesToMirror', message);
    }
  }
}

const mayBeMirrored = (endpoints: EndpointsObject): boolean =>
  endpoints.metadata.labels?.[SKIP_MIRROR] !== 'true' && !isElectionRecord(endpoints);
