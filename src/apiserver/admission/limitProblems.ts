import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../apimachinery/quantity.ts';
import type { LimitRange, LimitRangeItem, PodSpec } from '../../generated/types.ts';
import { podAmounts, quantitiesOf, type ResourceList } from '../../resources/pod/resourceLists.ts';

/** What a container, or a pod as a whole, asks for. */
interface Demand {
  readonly requests: ReadonlyMap<string, Quantity>;
  readonly limits: ReadonlyMap<string, Quantity>;
}

/** A bound that somebody may break: what it says of one resource, or undefined when it is kept. */
type Check = (item: LimitRangeItem, resource: string, bound: string, demand: Demand) => string | undefined;

/** By which a pod breaks a LimitRange, in upstream's words. */
export function limitProblems({ spec }: LimitRange, pod: PodSpec): string[] {
  const problems: string[] = [];
  for (const item of spec?.limits ?? []) {
    for (const demand of demandsOf(item, pod)) {
      problems.push(
        ...checkAll(item, item.min, minimum, demand),
        ...checkAll(item, item.max, maximum, demand),
        ...checkAll(item, item.maxLimitRequestRatio, ratio, demand),
      );
    }
  }
  return problems;
}

function demandsOf({ type }: LimitRangeItem, pod: PodSpec): Demand[] {
  if (type === 'Pod') return [podDemand(pod)];
  if (type !== 'Container') return [];
  return [...pod.containers, ...(pod.initContainers ?? [])].map(({ resources }) => ({
    requests: quantitiesOf(resources?.requests),
    limits: quantitiesOf(resources?.limits),
  }));
}

const podDemand = (pod: PodSpec): Demand => ({
  requests: podAmounts(pod, 'requests'),
  limits: podAmounts(pod, 'limits'),
});

const checkAll = (item: LimitRangeItem, bounds: ResourceList = {}, check: Check, demand: Demand): string[] =>
  Object.keys(bounds)
    .sort()
    .flatMap((resource) => check(item, resource, bounds[resource]!, demand) ?? []);

const minimum: Check = ({ type }, resource, bound, { requests, limits }) => {
  const start = `minimum ${resource} usage per ${type} is ${bound}`;
  const least = parseQuantity(bound);
  const [request, limit] = [requests.get(resource), limits.get(resource)];
  if (!request) return `${start}.  No request is specified`;
  if (compareQuantities(request, least) < 0) return `${start}, but request is ${formatQuantity(request)}`;
  if (limit && compareQuantities(limit, least) < 0) return `${start}, but limit is ${formatQuantity(limit)}`;
  return undefined;
};

const maximum: Check = ({ type }, resource, bound, { requests, limits }) => {
  const start = `maximum ${resource} usage per ${type} is ${bound}`;
  const most = parseQuantity(bound);
  const [request, limit] = [requests.get(resource), limits.get(resource)];
  if (!limit) return `${start}.  No limit is specified`;
  if (compareQuantities(limit, most) > 0) return `${start}, but limit is ${formatQuantity(limit)}`;
  if (request && compareQuantities(request, most) > 0)
    return `${start}, but request is ${formatQuantity(request)}`;
  return undefined;
};

const ratio: Check = ({ type }, resource, bound, { requests, limits }) => {
  const start = `${resource} max limit to request ratio per ${type} is ${bound}, but`;
  const [request, limit] = [requests.get(resource), limits.get(resource)];
  if (!request?.nano) return `${start} no request is specified or request is 0`;
  if (!limit?.nano) return `${start} no limit is specified or limit is 0`;
  const provided = Number(limit.nano) / Number(request.nano);
  if (provided <= Number(parseQuantity(bound).nano) / 1e9) return undefined;
  return `${start} provided ratio is ${provided.toFixed(6)}`;
};
