import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { qualifiedName } from '../../../apimachinery/nameRules.ts';
import {
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
} from '../../../apimachinery/quantity.ts';
import type { PodSpec, ResourceRequirements } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';
import { aggregateLimits, aggregateRequests, type ResourceList } from '../resourceLists.ts';
import {
  hugePageSize,
  isContainerResource,
  isCounted,
  isExtendedResource,
  isHugePages,
  isNativeResource,
  isOvercommittable,
  isPodLevelResource,
  isStandardResource,
} from '../resourceNames.ts';
import { checkClaims, claimNames } from './claims.ts';

type CheckName = (errors: FieldError[], field: string, name: string) => void;

/** A container's `resources`. `claims` are the names in `spec.resourceClaims`. */
export function checkContainerResources(
  errors: FieldError[],
  field: string,
  resources: ResourceRequirements | undefined,
  claims: ReadonlySet<string>,
): void {
  if (!resources) return;
  checkRequirements(errors, field, resources, checkContainerResourceName);
  if (resources.claims) checkClaims(errors, `${field}.claims`, resources.claims, claims);
}

/** The pod's own `resources` (KEP-2837): not below what its containers ask for. */
export function checkPodResources(errors: FieldError[], field: string, spec: PodSpec): void {
  const { resources } = spec;
  if (!resources) return;
  if (spec.os?.name === 'windows') {
    errors.push(forbiddenField(field, 'may not be set for a windows pod'));
    return;
  }
  const { claims } = resources;
  if (claims)
    errors.push(forbiddenField(`${field}.claims`, 'claims may not be set for Resources at pod-level'));
  checkRequirements(errors, field, resources, checkPodResourceName);
  if (claims) checkClaims(errors, `${field}.claims`, claims, claimNames(spec));
  checkCovered(errors, field, resources, 'requests', aggregateRequests(spec));
  checkCovered(errors, field, resources, 'limits', aggregateLimits(spec));
  for (const [index, { resources: own }] of spec.containers.entries()) {
    checkBelowPodLimits(errors, `${field}.containers[${index}]`, own?.limits, resources.limits);
  }
}

/** What the pod asks for, and its limits of huge pages, are at least those of its containers together. */
function checkCovered(
  errors: FieldError[],
  field: string,
  resources: ResourceRequirements,
  side: 'requests' | 'limits',
  together: ReadonlyMap<string, Quantity>,
): void {
  for (const [name, amount] of together) {
    const own = amountOf(resources[side], name);
    if (own === undefined || (side === 'limits' && !isHugePages(name))) continue;
    if (compareQuantities(amount, parseQuantity(own)) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container ${side} of ${formatQuantity(amount)}`;
    errors.push(invalidValue(`${field}.${side}[${name}]`, own, detail));
  }
}

function checkBelowPodLimits(
  errors: FieldError[],
  field: string,
  own: ResourceList | undefined,
  pod: ResourceList | undefined,
): void {
  for (const name in own) {
    const limit = amountOf(pod, name);
    if (limit === undefined || compareQuantities(parseQuantity(own[name]!), parseQuantity(limit)) <= 0)
      continue;
    errors.push(
      invalidValue(
        `${field}[${name}].limits`,
        own[name],
        `must be less than or equal to pod limits of ${limit}`,
      ),
    );
  }
}

/** Not what every object has: a resource may be called `constructor`. */
const amountOf = (list: ResourceList | undefined, name: string): string | undefined =>
  list && Object.hasOwn(list, name) ? list[name] : undefined;

/** `spec.overhead`. */
export function checkOverhead(errors: FieldError[], field: string, overhead: ResourceList | undefined): void {
  if (overhead) checkRequirements(errors, field, { limits: overhead }, checkContainerResourceName);
}

function checkRequirements(
  errors: FieldError[],
  field: string,
  { limits, requests }: ResourceRequirements,
  checkName: CheckName,
): void {
  for (const name in limits) {
    checkAmount(errors, `${field}.limits[${name}]`, name, limits[name]!, checkName);
    checkPages(errors, `${field}.limits[${name}]`, name, limits[name]!);
  }
  for (const name in requests) {
    checkAmount(errors, `${field}.requests[${name}]`, name, requests[name]!, checkName);
    checkAgainstLimit(errors, field, name, requests[name]!, amountOf(limits, name));
    checkPages(errors, `${field}.requests[${name}]`, name, requests[name]!);
  }
  const names = [...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})];
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbiddenField(field, 'HugePages require cpu or memory'));
  }
}

function checkAmount(
  errors: FieldError[],
  field: string,
  name: string,
  text: string,
  checkName: CheckName,
): void {
  checkName(errors, field, name);
  const amount = parseQuantity(text);
  if (amount.nano < 0n) errors.push(invalidValue(field, text, 'must be greater than or equal to 0'));
  if (isCounted(name) && milliValue(amount) % 1000 !== 0) {
    errors.push(invalidValue(field, text, 'must be an integer'));
  }
}

function checkPages(errors: FieldError[], field: string, name: string, text: string): void {
  if (!isHugePages(name) || isWholePages(name, parseQuantity(text))) return;
  errors.push(invalidValue(field, text, `${text} is not positive integer multiple of ${name}`));
}

function isWholePages(name: string, amount: Quantity): boolean {
  try {
    const size = parseQuantity(hugePageSize(name)).nano;
    return size > 0n && amount.nano % size === 0n;
  } catch {
    return false;
  }
}

function checkAgainstLimit(
  errors: FieldError[],
  field: string,
  name: string,
  request: string,
  limit: string | undefined,
): void {
  if (limit === undefined) {
    if (!isOvercommittable(name)) {
      errors.push(required(`${field}.limits`, 'Limit must be set for non overcommitable resources'));
    }
    return;
  }
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit));
  if (order !== 0 && !isOvercommittable(name)) {
    errors.push(invalidValue(`${field}.requests`, request, `must be equal to ${name} limit of ${limit}`));
  } else if (order > 0) {
    errors.push(
      invalidValue(`${field}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`),
    );
  }
}

function checkResourceName(errors: FieldError[], field: string, name: string): boolean {
  const before = errors.length;
  if (isStandardResource(name)) return true;
  checkNamed(errors, field, name, qualifiedName);
  if (errors.length === before && !name.includes('/')) {
    errors.push(invalidValue(field, name, 'must be a standard resource type or fully qualified'));
  }
  return errors.length === before;
}

function checkContainerResourceName(errors: FieldError[], field: string, name: string): void {
  checkResourceName(errors, field, name);
  if (!name.includes('/')) {
    if (!isContainerResource(name)) {
      errors.push(invalidValue(field, name, 'must be a standard resource for containers'));
    }
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(invalidValue(field, name, "doesn't follow extended resource name standard"));
  }
}

function checkPodResourceName(errors: FieldError[], field: string, name: string): void {
  if (checkResourceName(errors, field, name) && !isPodLevelResource(name)) {
    errors.push(notSupported(field, name, ['cpu', 'hugepages-', 'memory']));
  }
}
