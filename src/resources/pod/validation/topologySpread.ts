import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { validateLabelSelector } from '../../../apimachinery/validation.ts';
import type { TopologySpreadConstraint } from '../../../generated/types.ts';
import { checkPositive, checkSupportedIfSet } from '../../checks.ts';
import { checkLabelKeys } from './labelKeys.ts';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

export function checkTopologySpread(
  errors: FieldError[],
  field: string,
  constraints: readonly TopologySpreadConstraint[] | undefined,
): void {
  for (const [index, constraint] of (constraints ?? []).entries()) {
    const path = `${field}[${index}]`;
    checkConstraint(errors, path, constraint);
    checkNotRepeated(errors, path, constraint, constraints!.slice(index + 1));
    checkPolicies(errors, path, constraint);
    checkLabelKeys(errors, path, constraint);
    errors.push(...validateLabelSelector(constraint.labelSelector, `${path}.labelSelector`));
  }
}

function checkConstraint(errors: FieldError[], field: string, constraint: TopologySpreadConstraint): void {
  const { maxSkew = 0, topologyKey, whenUnsatisfiable = '' } = constraint;
  checkPositive(errors, `${field}.maxSkew`, maxSkew);
  if (!topologyKey) errors.push(required(`${field}.topologyKey`, 'can not be empty'));
  if (!ACTIONS.includes(whenUnsatisfiable)) {
    errors.push(notSupported(`${field}.whenUnsatisfiable`, whenUnsatisfiable, ACTIONS));
  }
}

function checkNotRepeated(
  errors: FieldError[],
  field: string,
  { topologyKey, whenUnsatisfiable }: TopologySpreadConstraint,
  others: readonly TopologySpreadConstraint[],
): void {
  const isSame = (other: TopologySpreadConstraint) =>
    other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable;
  if (!others.some(isSame)) return;
  errors.push(
    duplicate(`${field}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`),
  );
}

function checkPolicies(errors: FieldError[], field: string, constraint: TopologySpreadConstraint): void {
  const { minDomains, whenUnsatisfiable, nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
  if (minDomains !== undefined) {
    checkPositive(errors, `${field}.minDomains`, minDomains);
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalidValue(`${field}.minDomains`, minDomains, detail));
    }
  }
  checkSupportedIfSet(errors, `${field}.nodeAffinityPolicy`, nodeAffinityPolicy, NODE_POLICIES);
  checkSupportedIfSet(errors, `${field}.nodeTaintsPolicy`, nodeTaintsPolicy, NODE_POLICIES);
}
