import { type FieldError, forbiddenField, invalidValue, notSupported } from '../apimachinery/fieldErrors.ts';
import type {
  Deployment,
  DeploymentSpec,
  DeploymentStrategy,
  RollingUpdateDeployment,
} from '../generated/types.ts';
import {
  checkAtMost100Percent,
  checkImmutable,
  checkIntOrPercent,
  checkNonNegative,
  checkNotDecremented,
  intOrPercentNumber,
} from './checks.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { selectorText } from './columns/selectorText.ts';
import { shownStrategy } from './internalForm.ts';
import { Deployments } from './kinds.ts';
import { checkCounters, checkSelectedTemplate } from './podtemplate/replicasValidation.ts';
import { wideColumns } from './podtemplate/templateColumns.ts';
import { withTemplateDefaults } from './podtemplate/templateDefaults.ts';
import { hasNewSpec, podNameWarnings, templateWarnings } from './podtemplate/templateWarnings.ts';
import type { Resource } from './resource.ts';

const DEFAULT_HISTORY_LIMIT = 10;
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

function setDefaults(deployment: Deployment): void {
  deployment.spec ??= {} as DeploymentSpec;
  const { spec } = deployment;
  spec.replicas ??= 1;
  spec.template = withTemplateDefaults(spec.template);
  spec.revisionHistoryLimit ??= DEFAULT_HISTORY_LIMIT;
  spec.progressDeadlineSeconds ??= DEFAULT_PROGRESS_DEADLINE_SECONDS;
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type !== 'RollingUpdate') return;
  spec.strategy.rollingUpdate ??= {};
  spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
  spec.strategy.rollingUpdate.maxSurge ??= '25%';
}

function validate({ spec }: Deployment): FieldError[] {
  const errors: FieldError[] = [];
  const { minReadySeconds = 0, revisionHistoryLimit, progressDeadlineSeconds } = spec!;
  checkNonNegative(errors, 'spec.replicas', spec!.replicas);
  checkSelectedTemplate(errors, spec!);
  checkStrategy(errors, 'spec.strategy', spec!.strategy ?? {});
  checkNonNegative(errors, 'spec.minReadySeconds', minReadySeconds);
  checkNonNegative(errors, 'spec.revisionHistoryLimit', revisionHistoryLimit);
  checkNonNegative(errors, 'spec.progressDeadlineSeconds', progressDeadlineSeconds);
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    const detail = 'must be greater than minReadySeconds';
    errors.push(invalidValue('spec.progressDeadlineSeconds', progressDeadlineSeconds, detail));
  }
  return errors;
}

function checkStrategy(errors: FieldError[], field: string, strategy: DeploymentStrategy): void {
  const { type, rollingUpdate } = strategy;
  if (type === 'RollingUpdate') checkRollingUpdate(errors, `${field}.rollingUpdate`, rollingUpdate ?? {});
  else if (type !== 'Recreate')
    errors.push(notSupported(field, shownStrategy(strategy), ['Recreate', 'RollingUpdate']));
  else if (rollingUpdate) {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    errors.push(forbiddenField(`${field}.rollingUpdate`, detail));
  }
}

function checkRollingUpdate(
  errors: FieldError[],
  field: string,
  { maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDeployment,
): void {
  checkIntOrPercent(errors, `${field}.maxUnavailable`, maxUnavailable);
  checkIntOrPercent(errors, `${field}.maxSurge`, maxSurge);
  if (intOrPercentNumber(maxUnavailable) === 0 && intOrPercentNumber(maxSurge) === 0) {
    errors.push(invalidValue(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  checkAtMost100Percent(errors, `${field}.maxUnavailable`, maxUnavailable);
}

export const deployments: Resource<Deployment> = {
  ...Deployments,
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  subresources: {
    status: true,
    scale: {
      replicas: ({ spec }) => spec?.replicas ?? 0,
      setReplicas(deployment, replicas) {
        deployment.spec!.replicas = replicas;
      },
      statusReplicas: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorText(spec?.selector),
    },
  },
  hasGeneration: true,

  setDefaults,
  prepareCreate(deployment) {
    deployment.status = {};
  },
  validate,
  validateUpdate(next, stored) {
    const errors = validate(next);
    checkImmutable(errors, 'spec.selector', next.spec!.selector, stored.spec!.selector);
    return errors;
  },
  validateStatusUpdate(next, stored) {
    const errors: FieldError[] = [];
    const { conditions: _, ...counters } = next.status ?? {};
    checkCounters(errors, counters, ['updatedReplicas', 'readyReplicas', 'availableReplicas']);
    const field = 'status.collisionCount';
    checkNotDecremented(errors, field, next.status?.collisionCount, stored.status?.collisionCount);
    return errors;
  },
  warnings: (deployment, stored) => [
    ...(stored ? [] : podNameWarnings(deployment)),
    ...templateWarnings('spec.template', deployment.spec?.template, hasNewSpec(deployment, stored)),
  ],

  columns: [
    nameColumn,
    {
      name: 'Ready',
      type: 'string',
      description: 'Number of the pod with ready state',
      cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    },
    {
      name: 'Up-to-date',
      type: 'string',
      description: 'The number of pods of the current template.',
      cell: ({ status }) => status?.updatedReplicas ?? 0,
    },
    {
      name: 'Available',
      type: 'string',
      description: 'The number of pods that have been ready for long enough.',
      cell: ({ status }) => status?.availableReplicas ?? 0,
    },
    ageColumn,
    ...wideColumns<Deployment>(
      ({ spec }) => spec?.template,
      ({ spec }) => spec?.selector,
    ),
  ],
};
