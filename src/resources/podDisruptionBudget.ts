import { type FieldError, invalidValue } from '../apimachinery/fieldErrors.ts';
import { validateLabelSelector } from '../apimachinery/validation.ts';
import type { IntOrString, PodDisruptionBudget } from '../generated/types.ts';
import { checkAtMost100Percent, checkIntOrPercent, checkNonNegative, checkSupportedIfSet } from './checks.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { shownBudget } from './internalForm.ts';
import { PodDisruptionBudgets } from './kinds.ts';
import { checkMetaConditions } from './metaConditions.ts';
import type { Resource } from './resource.ts';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];
const BOTH_SET = 'minAvailable and maxUnavailable cannot be both set';
const COUNTERS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

function validate({ spec = {} }: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    errors.push(invalidValue('spec', shownBudget(spec), BOTH_SET));
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[name];
    if (value === undefined) continue;
    checkIntOrPercent(errors, `spec.${name}`, value);
    checkAtMost100Percent(errors, `spec.${name}`, value);
  }
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const { unhealthyPodEvictionPolicy: policy } = spec;
  checkSupportedIfSet(errors, 'spec.unhealthyPodEvictionPolicy', policy, EVICTION_POLICIES);
  return errors;
}

/** `ValidatePodDisruptionBudgetStatusUpdate` */
function validateStatusUpdate({ status }: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  checkMetaConditions(errors, 'status.conditions', status?.conditions);
  for (const counter of COUNTERS) checkNonNegative(errors, `status.${counter}`, status?.[counter]);
  return errors;
}

const boundText = (value: IntOrString | undefined): string => (value === undefined ? 'N/A' : String(value));

export const podDisruptionBudgets: Resource<PodDisruptionBudget> = {
  ...PodDisruptionBudgets,
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  subresources: { status: true },
  hasGeneration: true,
  requiresResourceVersion: true,

  prepareCreate(budget) {
    budget.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
  validate,
  validateUpdate: validate,
  validateStatusUpdate,

  columns: [
    nameColumn,
    {
      name: 'Min Available',
      type: 'string',
      description: 'The minimum number of pods that must be available.',
      cell: ({ spec }) => boundText(spec?.minAvailable),
    },
    {
      name: 'Max Unavailable',
      type: 'string',
      description: 'The maximum number of pods that may be unavailable.',
      cell: ({ spec }) => boundText(spec?.maxUnavailable),
    },
    {
      name: 'Allowed Disruptions',
      type: 'integer',
      description: 'Calculated number of pods that may be disrupted at this time.',
      cell: ({ status }) => status?.disruptionsAllowed ?? 0,
    },
    ageColumn,
  ],
};
