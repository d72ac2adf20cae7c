import type { DaemonSet, DaemonSetSpec, DaemonSetStatus } from '../../generated/types.ts';
import { annotationWarnings } from '../annotationRules.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { labelsText } from '../columns/selectorText.ts';
import { DaemonSets } from '../kinds.ts';
import { wideColumns } from '../podtemplate/templateColumns.ts';
import { withTemplateDefaults } from '../podtemplate/templateDefaults.ts';
import { isNewTemplate, templateWarnings } from '../podtemplate/templateWarnings.ts';
import type { Column, Resource } from '../resource.ts';
import { semanticEqual } from '../semanticEqual.ts';
import {
  validateDaemonSet,
  validateDaemonSetStatusUpdate,
  validateDaemonSetUpdate,
} from './daemonSetValidation.ts';
import { nodeStartupRule } from './nodeStartup.ts';
import { resourcesByNodeRule, unknownContainerWarnings } from './resourcesByNode.ts';
import { rolloutRules } from './rolloutAnnotations.ts';

/** Where apps/v1 shows how often the template has changed, once a field of the spec. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const DEFAULT_HISTORY_LIMIT = 10;

const RULES = [...rolloutRules, nodeStartupRule, resourcesByNodeRule];

export const daemonSets: Resource<DaemonSet> = {
  ...DaemonSets,
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  subresources: { status: true },
  hasGeneration: true,

  setDefaults(daemonSet) {
    daemonSet.spec ??= {} as DaemonSetSpec;
    const { spec } = daemonSet;
    spec.template = withTemplateDefaults(spec.template);
    spec.revisionHistoryLimit ??= DEFAULT_HISTORY_LIMIT;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type !== 'RollingUpdate') return;
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  },
  prepareCreate(daemonSet) {
    daemonSet.status = {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    };
    setTemplateGeneration(daemonSet, Math.max(1, templateGenerationOf(daemonSet)));
  },
  validate: validateDaemonSet,
  prepareUpdate(next, stored) {
    const isSame = semanticEqual(next.spec.template, stored.spec.template);
    setTemplateGeneration(next, templateGenerationOf(stored) + (isSame ? 0 : 1));
  },
  validateUpdate: validateDaemonSetUpdate,
  validateStatusUpdate: validateDaemonSetStatusUpdate,
  warnings: (daemonSet, stored) => [
    ...templateWarnings(
      'spec.template',
      daemonSet.spec.template,
      isNewTemplate(daemonSet.spec.template, stored?.spec.template),
    ),
    ...annotationWarnings(daemonSet.metadata, RULES),
    ...unknownContainerWarnings(daemonSet),
  ],

  columns: [
    nameColumn,
    countColumn(
      'Desired',
      'The number of nodes that should run a pod of this set.',
      'desiredNumberScheduled',
    ),
    countColumn('Current', 'The number of nodes that should run a pod and do.', 'currentNumberScheduled'),
    countColumn(
      'Ready',
      'The number of nodes that should run a pod and have one that is ready.',
      'numberReady',
    ),
    countColumn(
      'Up-to-date',
      'The number of nodes whose pod is of the current template.',
      'updatedNumberScheduled',
    ),
    countColumn(
      'Available',
      'The number of nodes whose pod has been ready for long enough.',
      'numberAvailable',
    ),
    {
      name: 'Node Selector',
      type: 'string',
      description: 'The labels of the nodes that get a pod.',
      cell: ({ spec }) => labelsText(spec.template.spec.nodeSelector),
    },
    ageColumn,
    ...wideColumns<DaemonSet>(
      ({ spec }) => spec.template,
      ({ spec }) => spec.selector,
    ),
  ],
};

const templateGenerationOf = ({ metadata }: DaemonSet): number =>
  Number.parseInt(metadata.annotations?.[TEMPLATE_GENERATION] ?? '', 10) || 0;

function setTemplateGeneration({ metadata }: DaemonSet, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

type Counter = Exclude<keyof DaemonSetStatus, 'conditions'>;

function countColumn(name: string, description: string, counter: Counter): Column<DaemonSet> {
  return { name, type: 'integer', description, cell: ({ status }) => status?.[counter] ?? 0 };
}
