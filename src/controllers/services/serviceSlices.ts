import { isBeingDeleted, type ObjectKey, objectKey } from '../../apimachinery/object.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import type { EndpointSlice } from '../../generated/types.ts';
import { MANAGED_BY, SERVICE_NAME } from '../../resources/endpointslice/sliceLabels.ts';
import { EndpointSlices } from '../../resources/kinds.ts';
import { byAge } from '../framework/age.ts';

const BY_SERVICE = 'service';

/** The slices that one controller manages, by their service. */
export class ServiceSlices {
  readonly #slices: Informer<EndpointSlice>;
  readonly #manager: string;

  constructor(informers: Informers, manager: string) {
    this.#slices = informers.of(EndpointSlices).addIndex(BY_SERVICE, (slice) => [serviceKeyOf(slice)]);
    this.#manager = manager;
  }

  /** The oldest first. Those on their way out are left to themselves. */
  of(service: ObjectKey): readonly EndpointSlice[] {
    return this.#slices
      .byIndex(BY_SERVICE, service)
      .filter((slice) => this.#isManaged(slice) && !isBeingDeleted(slice))
      .toSorted(byAge);
  }

  /** Enqueues the services of slices that change, whoever changes them. */
  watch(enqueue: (service: ObjectKey) => void): void {
    this.#slices.onChange(({ before, after }) => {
      for (const slice of [before, after]) if (slice && this.#isManaged(slice)) enqueue(serviceKeyOf(slice));
    });
  }

  #isManaged({ metadata }: EndpointSlice): boolean {
    return metadata.labels?.[MANAGED_BY] === this.#manager;
  }
}

const serviceKeyOf = ({ metadata }: EndpointSlice): ObjectKey =>
  objectKey(metadata.namespace, metadata.labels?.[SERVICE_NAME] ?? '');
