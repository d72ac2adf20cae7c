import type { StatefulSet, StatefulSetSpec } from '../../generated/types.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { selectorText } from '../columns/selectorText.ts';
import { StatefulSets } from '../kinds.ts';
import { wideColumns } from '../podtemplate/templateColumns.ts';
import { withTemplateDefaults } from '../podtemplate/templateDefaults.ts';
import { podNameWarnings, templateWarnings } from '../podtemplate/templateWarnings.ts';
import type { Resource } from '../resource.ts';
import {
  validateStatefulSet,
  validateStatefulSetStatusUpdate,
  validateStatefulSetUpdate,
} from './statefulSetValidation.ts';

const DEFAULT_HISTORY_LIMIT = 10;

function setDefaults(statefulSet: StatefulSet): void {
  statefulSet.spec ??= {} as StatefulSetSpec;
  const { spec } = statefulSet;
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  }
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= DEFAULT_HISTORY_LIMIT;
  spec.template = withTemplateDefaults(spec.template);
}

/** Nothing keeps a pod's data from one life to the next: whoever asks for it should know. */
const claimWarnings = ({ spec }: StatefulSet): readonly string[] =>
  (spec?.volumeClaimTemplates ?? []).map(
    ({ metadata }, index) =>
      `spec.volumeClaimTemplates[${index}]: there are no volume claims here: each pod gets an emptyDir in place of "${metadata?.name ?? ''}", which ends with the pod`,
  );

export const statefulSets: Resource<StatefulSet> = {
  ...StatefulSets,
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  subresources: {
    status: true,
    scale: {
      replicas: ({ spec }) => spec?.replicas ?? 0,
      setReplicas(statefulSet, replicas) {
        statefulSet.spec!.replicas = replicas;
      },
      statusReplicas: ({ status }) => status?.replicas ?? 0,
      selector: ({ spec }) => selectorText(spec?.selector),
    },
  },
  hasGeneration: true,

  setDefaults,
  prepareCreate(statefulSet) {
    statefulSet.status = { replicas: 0, availableReplicas: 0 };
  },
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  validateStatusUpdate: validateStatefulSetStatusUpdate,
  warnings: (statefulSet, stored) => [
    ...(stored ? [] : podNameWarnings(statefulSet)),
    ...templateWarnings('spec.template', statefulSet.spec?.template, stored?.spec?.template),
    ...claimWarnings(statefulSet),
  ],

  columns: [
    nameColumn,
    {
      name: 'Ready',
      type: 'string',
      description: 'Number of the pod with ready state',
      cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    },
    ageColumn,
    ...wideColumns<StatefulSet>(
      ({ spec }) => spec?.template,
      ({ spec }) => spec?.selector,
    ).filter(({ name }) => name !== 'Selector'),
  ],
};
