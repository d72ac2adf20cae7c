import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  milliQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
} from '../../apimachinery/quantity.ts';
import type { Container, PodSpec } from '../../generated/types.ts';
import { isSidecar } from './containers.ts';

/** Amounts by the name of a resource: `limits`, `requests`, `overhead`. */
export type ResourceList = Record<string, string>;

const NANO_PER_MILLI = 1_000_000n;

/**
 * Writes the amounts in canonical form, in place; nothing finer than a thousandth is kept.
 * Throws 400 in upstream's words for what is no quantity.
 */
export function canonicalize(list: ResourceList | undefined): void {
  for (const name in list) {
    const canonical = canonicalAmount(list[name]!);
    // What is stored is shared, frozen, and canonical already.
    if (canonical !== list[name]) list[name] = canonical;
  }
}

function canonicalAmount(text: string): string {
  const amount = parseQuantity(text);
  const rounded = amount.nano % NANO_PER_MILLI === 0n ? amount : milliQuantity(milliValue(amount));
  return formatQuantity(rounded);
}

export type Side = 'requests' | 'limits';

/** What a pod's containers ask for together at their peak (`resourcehelper.AggregateContainerRequests`). */
export const aggregateRequests = (spec: PodSpec): Map<string, Quantity> => aggregate(spec, 'requests');

/** What a pod's containers are limited to together (`resourcehelper.AggregateContainerLimits`). */
export const aggregateLimits = (spec: PodSpec): Map<string, Quantity> => aggregate(spec, 'limits');

/** What a pod as a whole asks for: its own resources, where it has some, go before the sum of its containers' (KEP-2837). */
export const podAmounts = (spec: PodSpec, side: Side): Map<string, Quantity> =>
  new Map([...aggregate(spec, side), ...quantitiesOf(spec.resources?.[side])]);

/** The amounts of a list, read. */
export const quantitiesOf = (list: ResourceList = {}): Map<string, Quantity> =>
  new Map(Object.entries(list).map(([name, amount]) => [name, parseQuantity(amount)]));

function aggregate(spec: PodSpec, side: Side): Map<string, Quantity> {
  const total = new Map<string, Quantity>();
  for (const { resources } of spec.containers) add(total, resources?.[side]);
  const peak = new Map<string, Quantity>();
  const sidecars = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    if (isSidecar(container)) add(total, container.resources?.[side]);
    raise(peak, whileInitializing(container, sidecars, side));
  }
  raise(total, peak);
  return total;
}

/** An init container runs beside the sidecars that were started before it. */
function whileInitializing(
  container: Container,
  sidecars: Map<string, Quantity>,
  side: Side,
): Map<string, Quantity> {
  if (isSidecar(container)) {
    add(sidecars, container.resources?.[side]);
    return sidecars;
  }
  const needed = new Map(sidecars);
  add(needed, container.resources?.[side]);
  return needed;
}

function add(sum: Map<string, Quantity>, list: ResourceList | undefined): void {
  for (const name in list) {
    const amount = parseQuantity(list[name]!);
    const known = sum.get(name);
    sum.set(name, known ? addQuantities(known, amount) : amount);
  }
}

function raise(highest: Map<string, Quantity>, amounts: Map<string, Quantity>): void {
  for (const [name, amount] of amounts) {
    const known = highest.get(name);
    if (!known || compareQuantities(known, amount) < 0) highest.set(name, amount);
  }
}
