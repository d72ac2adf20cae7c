import type { FieldError } from '../apimachinery/fieldErrors.ts';
import type { ReplicaSet, ReplicaSetSpec } from '../generated/types.ts';
import { checkImmutable } from './checks.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { selectorText } from './columns/selectorText.ts';
import { ReplicaSets } from './kinds.ts';
import { replicaColumns } from './podtemplate/replicaColumns.ts';
import { checkCounters, checkReplicas, checkSelectedTemplate } from './podtemplate/replicasValidation.ts';
import { wideColumns } from './podtemplate/templateColumns.ts';
import { withTemplateDefaults } from './podtemplate/templateDefaults.ts';
import { hasNewSpec, podNameWarnings, templateWarnings } from './podtemplate/templateWarnings.ts';
import type { Resource } from './resource.ts';

const specOf = ({ spec }: ReplicaSet): ReplicaSetSpec => spec!;

function validate(replicaSet: ReplicaSet): FieldError[] {
  const errors: FieldError[] = [];
  checkReplicas(errors, specOf(replicaSet));
  checkSelectedTemplate(errors, specOf(replicaSet));
  return errors;
}

export const replicaSets: Resource<ReplicaSet> = {
  ...ReplicaSets,
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  subresources: {
    status: true,
    scale: {
      replicas: ({ spec }) => spec?.replicas ?? 0,
      setReplicas(replicaSet, replicas) {
        specOf(replicaSet).replicas = replicas;
      },
      statusReplicas: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorText(spec?.selector),
    },
  },
  hasGeneration: true,

  setDefaults(replicaSet) {
    replicaSet.spec ??= {} as ReplicaSetSpec;
    replicaSet.spec.replicas ??= 1;
    replicaSet.spec.template = withTemplateDefaults(replicaSet.spec.template);
  },
  prepareCreate(replicaSet) {
    replicaSet.status = { replicas: 0 };
  },
  validate,
  validateUpdate(next, stored) {
    const errors = validate(next);
    checkImmutable(errors, 'spec.selector', specOf(next).selector, specOf(stored).selector);
    return errors;
  },
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    const { conditions: _, ...counters } = status ?? { replicas: 0 };
    checkCounters(errors, counters, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']);
    return errors;
  },
  warnings: (replicaSet, stored) => [
    ...(stored ? [] : podNameWarnings(replicaSet)),
    ...templateWarnings('spec.template', replicaSet.spec?.template, hasNewSpec(replicaSet, stored)),
  ],

  columns: [
    nameColumn,
    ...replicaColumns<ReplicaSet>(),
    ageColumn,
    ...wideColumns<ReplicaSet>(
      ({ spec }) => spec?.template,
      ({ spec }) => spec?.selector,
    ),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
};
