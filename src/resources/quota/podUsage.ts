import { addQuantities, type Quantity } from '../../apimachinery/quantity.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Container, Pod, PodSpec } from '../../generated/types.ts';
import { accountedSpec } from '../pod/accountedSpec.ts';
import { isTerminal } from '../pod/podPhase.ts';
import { podAmounts, quantitiesOf, type Side } from '../pod/resourceLists.ts';
import { isExtendedResource, isHugePages } from '../pod/resourceNames.ts';
import { ONE, type Usage } from './amounts.ts';

/** Names of which a quota asks that every container names them: a mistake of old, upstream says, that no new name repeats. */
const MUST_BE_NAMED = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory'];

/** What a pod uses of a quota (`PodUsageFunc`): when it is over, it only counts as an object. */
export function podUsage(pod: Pod, now: EpochMs): Usage {
  const used = new Map([['count/pods', ONE]]);
  if (isOver(pod, now)) return used;
  used.set('pods', ONE);
  for (const [name, amount] of computeUsage(accountedSpec(pod))) used.set(name, amount);
  return used;
}

/** It has ended, or should have: a pod on a lost node cannot tell when it did. */
const isOver = (pod: Pod, now: EpochMs): boolean => isTerminal(pod) || now > chargedUntil(pod);

/** Until when a pod that is being deleted counts, if nobody says that it is gone. */
export function chargedUntil({ metadata }: Pod): EpochMs {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

/** A spec does not change in what it asks for, and every creation adds all pods of the namespace up. */
const known = new WeakMap<PodSpec, Usage>();

function computeUsage(spec: PodSpec): Usage {
  let usage = known.get(spec);
  if (!usage) {
    usage = named(total(spec, 'requests'), total(spec, 'limits'));
    known.set(spec, usage);
  }
  return usage;
}

/** A pod's overhead comes on top, but limits nothing that has no limit. */
function total(spec: PodSpec, side: Side): Map<string, Quantity> {
  const sum = podAmounts(spec, side);
  for (const [name, amount] of quantitiesOf(spec.overhead)) {
    const before = sum.get(name);
    if (before) sum.set(name, addQuantities(before, amount));
    else if (side === 'requests') sum.set(name, amount);
  }
  return sum;
}

/** By the names under which quotas know them. */
function named(
  requests: ReadonlyMap<string, Quantity>,
  limits: ReadonlyMap<string, Quantity>,
): Map<string, Quantity> {
  const usage = new Map<string, Quantity>();
  for (const [name, amount] of requests) {
    if (isComputeName(name)) usage.set(name, amount);
    if (isComputeName(name) || isExtendedResource(name)) usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of limits)
    if (isComputeName(name) && !isHugePages(name)) usage.set(`limits.${name}`, amount);
  return usage;
}

const isComputeName = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || isHugePages(name);

/** `must specify cpu for: main,setup; memory for: main`; undefined when every container names what the quota bounds. */
export function unnamed(bounded: readonly string[], { spec }: Pod): string | undefined {
  const ofPod = namesOf(spec.resources);
  const lacks = MUST_BE_NAMED.filter((name) => bounded.includes(name) && !ofPod.has(name)).flatMap((name) => {
    const containers = [...spec.containers, ...(spec.initContainers ?? [])]
      .filter((container) => !namesOf(container.resources).has(name))
      .map((container) => container.name);
    return containers.length > 0 ? `${name} for: ${containers.sort().join(',')}` : [];
  });
  return lacks.length > 0 ? `must specify ${lacks.join('; ')}` : undefined;
}

const namesOf = (resources: Container['resources']): ReadonlySet<string> =>
  new Set(named(quantitiesOf(resources?.requests), quantitiesOf(resources?.limits)).keys());
