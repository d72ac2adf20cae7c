import type { KubernetesObject } from '../../apimachinery/object.ts';
import { wholeQuantity } from '../../apimachinery/quantity.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod, ResourceQuota, Service } from '../../generated/types.ts';
import { Events, Leases, Pods, Services } from '../kinds.ts';
import { addTo, ONE, type Sum, type Usage, zeroOf } from './amounts.ts';
import { podUsage } from './podUsage.ts';
import { countName, isUsedByPods, PLAINLY_COUNTED } from './quotaNames.ts';
import { isInScopes, scopesOf } from './quotaScopes.ts';

/** What a request names a kind by. */
export type Kind = Pick<ResourceType, 'group' | 'plural' | 'namespaced'>;

/** Events are bounded by their age alone, as upstream has it; leases only say that somebody lives. */
const UNBOUNDED: readonly Kind[] = [Events, Leases];

/** Whether quotas can bound a kind at all. */
export const isQuotable = (type: Kind): boolean =>
  type.namespaced && !UNBOUNDED.some((other) => isSame(type, other));

const isSame = (a: Kind, b: Kind): boolean => a.group === b.group && a.plural === b.plural;
const isPods = (type: Kind): boolean => isSame(type, Pods);
const isServices = (type: Kind): boolean => isSame(type, Services);

/** What a quota bounds that objects of this kind use up. */
export const boundedBy = ({ spec }: ResourceQuota, type: Kind): string[] =>
  Object.keys(spec?.hard ?? {}).filter((name) => isUsedBy(name, type));

function isUsedBy(name: string, type: Kind): boolean {
  if (isPods(type)) return isUsedByPods(name);
  if (name === countName(type)) return true;
  if (isServices(type)) return name === 'services' || name.startsWith('services.');
  return type.group === '' && PLAINLY_COUNTED.has(type.plural) && name === type.plural;
}

/** Whether a quota speaks of an object: only pods are in scopes. */
export function speaksOf(quota: ResourceQuota, type: Kind, object: KubernetesObject): boolean {
  const scopes = scopesOf(quota);
  if (scopes.length === 0) return true;
  return isPods(type) && isInScopes((object as Pod).spec, scopes);
}

/** What an object uses up. */
export function usageOf(type: Kind, object: KubernetesObject, now: EpochMs): Usage {
  if (isPods(type)) return podUsage(object as Pod, now);
  const used = new Map([[countName(type), ONE]]);
  if (isServices(type)) countService(used, object as Service);
  else if (type.group === '' && PLAINLY_COUNTED.has(type.plural)) used.set(type.plural, ONE);
  return used;
}

/** By what is asked for: admission has not given node ports yet. */
function countService(used: Sum, { spec }: Service): void {
  const { type, ports = [], allocateLoadBalancerNodePorts } = spec;
  used.set('services', ONE);
  const hasLoadBalancer = type === 'LoadBalancer';
  if (hasLoadBalancer) used.set('services.loadbalancers', ONE);
  if (!hasLoadBalancer && type !== 'NodePort') return;
  const isExplicit = hasLoadBalancer && allocateLoadBalancerNodePorts === false;
  const counted = isExplicit ? ports.filter(({ nodePort }) => nodePort) : ports;
  used.set('services.nodeports', wholeQuantity(counted.length));
}

/** What objects of one kind use of a quota, by all names that it bounds and they use up. */
export function usedOf(
  quota: ResourceQuota,
  type: Kind,
  objects: Iterable<KubernetesObject>,
  now: EpochMs,
): Sum {
  const sum = zeroOf(boundedBy(quota, type));
  if (sum.size === 0) return sum;
  for (const object of objects) if (speaksOf(quota, type, object)) addTo(sum, usageOf(type, object, now));
  return sum;
}
