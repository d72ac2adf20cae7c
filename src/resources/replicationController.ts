import { type FieldError, invalidValue, required } from '../apimachinery/fieldErrors.ts';
import { validateLabels } from '../apimachinery/validation.ts';
import type { ReplicationController, ReplicationControllerSpec } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { labelsText } from './columns/selectorText.ts';
import { ReplicationControllers } from './kinds.ts';
import { checkCounters, checkReplicas } from './podtemplate/replicasValidation.ts';
import { wideColumns } from './podtemplate/templateColumns.ts';
import { withTemplateDefaults } from './podtemplate/templateDefaults.ts';
import { checkLastingTemplate } from './podtemplate/templateValidation.ts';
import { podNameWarnings, templateWarnings } from './podtemplate/templateWarnings.ts';
import type { Resource } from './resource.ts';

/** `ValidateReplicationControllerSpec`: the selector is a plain map, and no expression. */
function validate({ spec }: ReplicationController): FieldError[] {
  const errors: FieldError[] = [];
  const { selector = {}, template } = spec;
  checkReplicas(errors, spec);
  if (Object.keys(selector).length === 0) errors.push(required('spec.selector'));
  errors.push(...validateLabels(selector, 'spec.selector'));
  if (!template) return [...errors, required('spec.template')];
  const labels: Record<string, string> = template.metadata?.labels ?? {};
  if (!Object.entries(selector).every(([key, value]) => labels[key] === value)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalidValue('spec.template.metadata.labels', labels, detail));
  }
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
      replicas: ({ spec }) => spec.replicas ?? 0,
      setReplicas({ spec }, replicas) {
        spec.replicas = replicas;
      },
      statusReplicas: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => labelsText(spec.selector),
    },
  },
  hasGeneration: true,

  /** Selector and labels come from the template's labels where they are not given, as only this kind still has it. */
  setDefaults(controller) {
    controller.spec ??= {} as ReplicationControllerSpec;
    const { spec, metadata } = controller;
    spec.replicas ??= 1;
    if (!spec.template) return;
    spec.template = withTemplateDefaults(spec.template);
    const { labels } = spec.template.metadata ?? {};
    if (!labels) return;
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
    if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  },
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
  warnings: (controller, stored) => [
    ...(stored ? [] : podNameWarnings(controller)),
    ...templateWarnings('spec.template', controller.spec.template, stored?.spec.template),
  ],

  columns: [
    nameColumn,
    {
      name: 'Desired',
      type: 'integer',
      description: 'The number of pods that are wanted.',
      cell: ({ spec }) => spec.replicas ?? 0,
    },
    {
      name: 'Current',
      type: 'integer',
      description: 'The number of pods that are there.',
      cell: ({ status }) => status?.replicas ?? 0,
    },
    {
      name: 'Ready',
      type: 'integer',
      description: 'The number of pods that are ready.',
      cell: ({ status }) => status?.readyReplicas ?? 0,
    },
    ageColumn,
    ...wideColumns<ReplicationController>(
      ({ spec }) => spec.template,
      ({ spec }) => spec.selector && { matchLabels: spec.selector },
    ),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
};
