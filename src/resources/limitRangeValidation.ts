import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  required,
} from '../apimachinery/fieldErrors.ts';
import { qualifiedName } from '../apimachinery/nameRules.ts';
import { compareQuantities, parseQuantity, type Quantity, wholeQuantity } from '../apimachinery/quantity.ts';
import type { LimitRange, LimitRangeItem } from '../generated/types.ts';
import { checkNamed } from './checks.ts';
import type { ResourceList } from './pod/resourceLists.ts';
import { isContainerResource, isOvercommittable, isStandardResource } from './pod/resourceNames.ts';

const POD = 'Pod';
const CONTAINER = 'Container';
const CLAIM = 'PersistentVolumeClaim';
const STANDARD_TYPES = [POD, CONTAINER, CLAIM];

const AMOUNTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type Amounts = (typeof AMOUNTS)[number];

/** Upstream's `ValidateLimitRange`: each type is limited once, and what is said of a resource fits together. */
export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, item] of (spec?.limits ?? []).entries()) {
    const field = `spec.limits[${index}]`;
    const { type = '' }: Partial<LimitRangeItem> = item;
    checkType(errors, `${field}.type`, type);
    if (seen.has(type)) errors.push(duplicate(`${field}.type`, type));
    seen.add(type);
    checkItem(errors, field, item);
  }
  return errors;
}

function checkType(errors: FieldError[], field: string, type: string): void {
  checkNamed(errors, field, type, qualifiedName);
  if (type.includes('/') || STANDARD_TYPES.includes(type)) return;
  errors.push(invalidValue(field, type, 'must be a standard limit type or fully qualified'));
}

function checkItem(errors: FieldError[], field: string, item: LimitRangeItem): void {
  const resources = new Set<string>();
  for (const amounts of AMOUNTS) {
    const given = Object.keys(item[amounts] ?? {});
    if (item.type === POD && (amounts === 'default' || amounts === 'defaultRequest')) {
      if (given.length > 0)
        errors.push(forbiddenField(`${field}.${amounts}`, "may not be specified when `type` is 'Pod'"));
      continue;
    }
    for (const resource of given) {
      checkResource(errors, `${field}.${amounts}[${resource}]`, item.type, resource);
      resources.add(resource);
    }
  }
  if (item.type === CLAIM && !amountOf(item, 'min', 'storage') && !amountOf(item, 'max', 'storage')) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${field}.limits`, detail));
  }
  for (const resource of resources) checkAmounts(errors, field, item, resource);
}

function checkResource(errors: FieldError[], field: string, type: string, resource: string): void {
  checkNamed(errors, field, resource, qualifiedName);
  if (resource.includes('/')) return;
  if (type === CONTAINER || type === POD) {
    if (!isContainerResource(resource))
      errors.push(invalidValue(field, resource, 'must be a standard resource for containers'));
  } else if (!isStandardResource(resource)) {
    errors.push(invalidValue(field, resource, 'must be a standard resource type or fully qualified'));
  }
}

/** Not what every object has: a resource may be called `constructor`. */
function amountOf(item: LimitRangeItem, amounts: Amounts, resource: string): string | undefined {
  const list: ResourceList | undefined = item[amounts];
  return list && Object.hasOwn(list, resource) ? list[resource] : undefined;
}

interface Order {
  readonly lower: Amounts;
  readonly upper: Amounts;
  /** The field that the message is about, and shows. */
  readonly at: Amounts;
  readonly shown: Amounts;
  readonly says: (lower: string, upper: string) => string;
}

const greater = (one: string, other: string) => (lower: string, upper: string) =>
  `${one} value ${lower} is greater than ${other} value ${upper}`;

/** What must not exceed what. */
const ORDERS: readonly Order[] = [
  { lower: 'min', upper: 'max', at: 'min', shown: 'min', says: greater('min', 'max') },
  {
    lower: 'min',
    upper: 'defaultRequest',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    says: greater('min', 'default request'),
  },
  {
    lower: 'defaultRequest',
    upper: 'max',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    says: greater('default request', 'max'),
  },
  {
    lower: 'defaultRequest',
    upper: 'default',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    says: greater('default request', 'default limit'),
  },
  { lower: 'min', upper: 'default', at: 'default', shown: 'min', says: greater('min', 'default') },
  { lower: 'default', upper: 'max', at: 'default', shown: 'max', says: greater('default', 'max') },
];

function checkAmounts(errors: FieldError[], field: string, item: LimitRangeItem, resource: string): void {
  for (const { lower, upper, at, shown, says } of ORDERS) {
    const [low, high] = [amountOf(item, lower, resource), amountOf(item, upper, resource)];
    if (low === undefined || high === undefined || !exceeds(parseQuantity(low), parseQuantity(high)))
      continue;
    errors.push(
      invalidValue(`${field}.${at}[${resource}]`, amountOf(item, shown, resource), says(low, high)),
    );
  }
  checkRatio(errors, field, item, resource);
  const [limit, request] = [amountOf(item, 'default', resource), amountOf(item, 'defaultRequest', resource)];
  if (isOvercommittable(resource) || limit === undefined || request === undefined) return;
  if (compareQuantities(parseQuantity(limit), parseQuantity(request)) === 0) return;
  const detail = `default value ${limit} must equal to defaultRequest value ${request} in ${resource}`;
  errors.push(invalidValue(`${field}.defaultRequest[${resource}]`, request, detail));
}

function checkRatio(errors: FieldError[], field: string, item: LimitRangeItem, resource: string): void {
  const ratio = amountOf(item, 'maxLimitRequestRatio', resource);
  if (ratio === undefined) return;
  const at = `${field}.maxLimitRequestRatio[${resource}]`;
  const most = parseQuantity(ratio);
  if (exceeds(wholeQuantity(1), most)) errors.push(invalidValue(at, ratio, `ratio ${ratio} is less than 1`));
  const [min, max] = [amountOf(item, 'min', resource), amountOf(item, 'max', resource)];
  if (min === undefined || max === undefined) return;
  const widest = Number(parseQuantity(max).nano) / Number(parseQuantity(min).nano);
  if (Number(most.nano) / 1e9 > widest)
    errors.push(invalidValue(at, ratio, `ratio ${ratio} is greater than max/min = ${widest.toFixed(6)}`));
}

const exceeds = (a: Quantity, b: Quantity): boolean => compareQuantities(a, b) > 0;
