import { compareQuantities, parseQuantity } from '../../apimachinery/quantity.ts';
import type { PodSpec, ResourceRequirements } from '../../generated/types.ts';
import type { ResourceList } from './resourceLists.ts';

const COMPUTE = ['cpu', 'memory'] as const;

/** The pod's quality of service (`qos.ComputePodQOS`): `Guaranteed`, `Burstable` or `BestEffort`. */
export function qosClassOf(spec: PodSpec): string {
  const all = requirements(spec);
  if (!all.some(asksForCompute)) return 'BestEffort';
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

/** The pod's own resources, where it has some, count instead of its containers'. */
function requirements(spec: PodSpec): readonly ResourceRequirements[] {
  const own = spec.resources;
  if (own && (hasAny(own.requests) || hasAny(own.limits))) return [own];
  return [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources ?? {});
}

const hasAny = (list: ResourceList | undefined): boolean => Object.keys(list ?? {}).length > 0;

const isPositive = (amount: string | undefined): boolean =>
  amount !== undefined && parseQuantity(amount).nano > 0n;

const asksForCompute = ({ requests, limits }: ResourceRequirements): boolean =>
  COMPUTE.some((name) => isPositive(requests?.[name]) || isPositive(limits?.[name]));

const isGuaranteed = ({ requests, limits }: ResourceRequirements): boolean =>
  COMPUTE.every((name) => {
    const limit = limits?.[name];
    if (!isPositive(limit)) return false;
    const request = requests?.[name] ?? limit!;
    return compareQuantities(parseQuantity(request), parseQuantity(limit!)) === 0;
  });
