import { milliValue, parseQuantity, wholeValue } from '../apimachinery/quantity.ts';
import type { Container, Pod } from '../generated/types.ts';
import { accountedSpec } from '../resources/pod/accountedSpec.ts';
import { isSidecar } from '../resources/pod/containers.ts';

/** Amounts by resource: CPU in thousandths, everything else in whole units. */
export type Amounts = Map<string, number>;

const amountOf = (resource: string, quantity: string | number): number =>
  resource === 'cpu' ? milliValue(parseQuantity(quantity)) : wholeValue(parseQuantity(quantity));

export function amountsOf(quantities: Readonly<Record<string, string>> | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const [resource, quantity] of Object.entries(quantities ?? {})) {
    amounts.set(resource, amountOf(resource, quantity));
  }
  return amounts;
}

/** What a container without requests is taken to need where emptiness is compared, so that such pods spread too. */
const DEFAULT_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

type RequestsOf = (container: Container) => Amounts;

/**
 * What a pod asks for: all that runs side by side, or what its hungriest init container needs beside the sidecars started before
 * it, whichever is more; and the runtime's overhead (KEP-753). Requests of the pod as a whole win over those of its containers (KEP-2837).
 */
export const podRequests = (pod: Pod): Amounts => {
  const spec = accountedSpec(pod);
  const requests = totalOf(spec, ({ resources }) => amountsOf(resources?.requests));
  for (const [resource, amount] of amountsOf(spec.resources?.requests)) requests.set(resource, amount);
  addTo(requests, amountsOf(spec.overhead));
  return requests;
};

/** CPU and memory of a pod as scores see them: with a minimum for containers that ask for nothing. */
export function nonZeroRequests(pod: Pod): { cpu: number; memory: number } {
  const spec = accountedSpec(pod);
  const requests = totalOf(spec, ({ resources }) => {
    const amounts = amountsOf(resources?.requests);
    return new Map([
      ['cpu', amounts.get('cpu') ?? DEFAULT_CPU],
      ['memory', amounts.get('memory') ?? DEFAULT_MEMORY],
    ]);
  });
  for (const [resource, amount] of amountsOf(spec.resources?.requests)) requests.set(resource, amount);
  addTo(requests, amountsOf(spec.overhead));
  return { cpu: requests.get('cpu') ?? 0, memory: requests.get('memory') ?? 0 };
}

function totalOf({ containers, initContainers = [] }: Pod['spec'], requestsOf: RequestsOf): Amounts {
  const sidecars: Amounts = new Map();
  const atStart: Amounts = new Map();
  for (const container of initContainers) {
    const amounts = requestsOf(container);
    if (isSidecar(container)) addTo(sidecars, amounts);
    else addTo(amounts, sidecars);
    raiseTo(atStart, isSidecar(container) ? sidecars : amounts);
  }
  const running: Amounts = new Map(sidecars);
  for (const container of containers) addTo(running, requestsOf(container));
  raiseTo(running, atStart);
  return running;
}

function addTo(sum: Amounts, amounts: Amounts): void {
  for (const [resource, amount] of amounts) sum.set(resource, (sum.get(resource) ?? 0) + amount);
}

function raiseTo(maximum: Amounts, amounts: Amounts): void {
  for (const [resource, amount] of amounts) {
    if (amount > (maximum.get(resource) ?? 0)) maximum.set(resource, amount);
  }
}
