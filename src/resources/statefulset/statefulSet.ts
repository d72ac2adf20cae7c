import { dns1123Label } from '../../apimachinery/nameRules.ts';
import type { PersistentVolumeClaim, StatefulSet, StatefulSetSpec } from '../../generated/types.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { selectorText } from '../columns/selectorText.ts';
import { StatefulSets } from '../kinds.ts';
import { namedBy } from '../namedBy.ts';
import { claimWarnings } from '../pod/byteWarnings.ts';
import { containerColumns } from '../podtemplate/templateColumns.ts';
import { withTemplateDefaults } from '../podtemplate/templateDefaults.ts';
import { hasNewSpec, templateWarnings } from '../podtemplate/templateWarnings.ts';
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
  spec.template = withTemplateDefaults(spec.template);
  spec.podManagementPolicy ||= 'OrderedReady';
  setStrategyDefaults(spec);
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= DEFAULT_HISTORY_LIMIT;
  for (const claim of spec.volumeClaimTemplates ?? []) setClaimDefaults(claim);
}

/** `maxUnavailable` has no default, because it is behind a gate that is off (KEP-961): who sets it gets it. */
function setStrategyDefaults(spec: StatefulSetSpec): void {
  spec.updateStrategy ??= {};
  const { updateStrategy } = spec;
  if (!updateStrategy.type) {
    updateStrategy.type = 'RollingUpdate';
    updateStrategy.rollingUpdate ??= {};
  }
  if (updateStrategy.type === 'RollingUpdate' && updateStrategy.rollingUpdate)
    updateStrategy.rollingUpdate.partition ??= 0;
}

function setClaimDefaults(claim: PersistentVolumeClaim): void {
  claim.apiVersion = 'v1';
  claim.kind = 'PersistentVolumeClaim';
  claim.spec ??= {};
  claim.spec.volumeMode ??= 'Filesystem';
  claim.status = { ...claim.status, phase: claim.status?.phase || 'Pending' };
}

/** The other path of an update is upstream's own. */
const claimSpecWarnings = ({ spec }: StatefulSet, stored: StatefulSet | undefined): string[] =>
  (spec?.volumeClaimTemplates ?? []).flatMap((claim, index) => [
    ...claimWarnings(claim.spec, `spec.volumeClaimTemplates[${index}]${stored ? '.Spec' : ''}`),
  ]);

const historyWarnings = ({ spec }: StatefulSet): string[] =>
  (spec?.revisionHistoryLimit ?? 0) < 0
    ? [
        'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
      ]
    : [];

/** Upstream has no such warning: here nobody makes or binds volume claims. */
function emptyDirWarnings({ spec }: StatefulSet, stored: StatefulSet | undefined): string[] {
  if (stored || !spec?.volumeClaimTemplates?.length) return [];
  const names = spec.volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? '').join(', ');
  return [
    `spec.volumeClaimTemplates: sampan makes no PersistentVolumeClaims; each pod gets an emptyDir in place of ${names}, which ends with the pod`,
  ];
}

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
  /** Hostnames of pods are made from it. */
  nameProblems: namedBy(dns1123Label),

  setDefaults,
  prepareCreate(statefulSet) {
    statefulSet.status = { replicas: 0, availableReplicas: 0 };
  },
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  validateStatusUpdate: validateStatefulSetStatusUpdate,
  warnings: (statefulSet, stored) => [
    ...templateWarnings('spec.template', statefulSet.spec?.template, hasNewSpec(statefulSet, stored)),
    ...claimSpecWarnings(statefulSet, stored),
    ...historyWarnings(statefulSet),
    ...emptyDirWarnings(statefulSet, stored),
  ],

  columns: [
    nameColumn,
    {
      name: 'Ready',
      type: 'string',
      description: 'Number of the pods that are ready, of those that are wanted.',
      cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    },
    ageColumn,
    ...containerColumns<StatefulSet>(({ spec }) => spec?.template),
  ],
};
