import { type FieldError, required } from '../apimachinery/fieldErrors.ts';
import { type Labels, selectorFromLabels } from '../apimachinery/labels.ts';
import type { ReplicationController, ReplicationControllerSpec } from '../generated/types.ts';
import { checkNonNegative } from './checks.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { ReplicationControllers } from './kinds.ts';
import { replicaColumns } from './podtemplate/replicaColumns.ts';
import { checkCounters } from './podtemplate/replicasValidation.ts';
import { wideColumns } from './podtemplate/templateColumns.ts';
import { withTemplateDefaults } from './podtemplate/templateDefaults.ts';
import {
  checkLastingTemplate,
  checkSelectsTemplate,
  compiledSelector,
} from './podtemplate/templateValidation.ts';
import { hasNewSpec, podNameWarnings, templateWarnings } from './podtemplate/templateWarnings.ts';
import type { Resource } from './resource.ts';

const isEmpty = (labels: Labels | undefined): boolean => Object.keys(labels ?? {}).length === 0;

/** The template's labels stand in for a selector and for labels of its own. */
function setDefaults(controller: ReplicationController): void {
  controller.spec ??= {} as ReplicationControllerSpec;
  const { spec, metadata } = controller;
  spec.replicas ??= 1;
  if (!spec.template) return;
  spec.template = withTemplateDefaults(spec.template);
  const { labels } = spec.template.metadata;
  if (!labels) return;
  if (isEmpty(spec.selector)) spec.selector = { ...labels };
  if (isEmpty(metadata.labels)) metadata.labels = { ...labels };
}

/** `ValidateReplicationController`: its selector may change, unlike that of a ReplicaSet. */
function validate({ spec }: ReplicationController): FieldError[] {
  const errors: FieldError[] = [];
  const { selector, template, replicas, minReadySeconds } = spec!;
  checkNonNegative(errors, 'spec.minReadySeconds', minReadySeconds);
  if (isEmpty(selector)) errors.push(required('spec.selector'));
  checkNonNegative(errors, 'spec.replicas', replicas);
  if (!template) {
    errors.push(required('spec.template'));
    return errors;
  }
  checkSelectsTemplate(errors, 'spec.template', compiledSelector({ matchLabels: selector ?? {} }), template);
  checkLastingTemplate(errors, 'spec.template', template, 'ReplicationController');
  return errors;
}

export const replicationControllers: Resource<ReplicationController> = {
  ...ReplicationControllers,
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  subresources: {
    status: true,
    scale: {
      replicas: ({ spec }) => spec?.replicas ?? 0,
      setReplicas(controller, replicas) {
        controller.spec!.replicas = replicas;
      },
      statusReplicas: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorFromLabels(spec?.selector).toString(),
    },
  },
  hasGeneration: true,

  setDefaults,
  prepareCreate(controller) {
    controller.status = { replicas: 0 };
  },
  validate,
  validateUpdate: validate,
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    const { conditions: _, ...counters } = status ?? { replicas: 0 };
    checkCounters(errors, counters, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']);
    return errors;
  },
  orphansByDefault: {},
  warnings: (controller, stored) => [
    ...(stored ? [] : podNameWarnings(controller)),
    ...templateWarnings('spec.template', controller.spec?.template, hasNewSpec(controller, stored)),
  ],

  columns: [
    nameColumn,
    ...replicaColumns<ReplicationController>(),
    ageColumn,
    ...wideColumns<ReplicationController>(
      ({ spec }) => spec?.template,
      ({ spec }) => spec?.selector && { matchLabels: spec.selector },
    ),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
};
