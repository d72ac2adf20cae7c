import type { DaemonJob, DaemonJobSpec, DaemonJobStatus, JobSpec } from '../../generated/types.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { labelsText } from '../columns/selectorText.ts';
import { hasTrueCondition } from '../conditions.ts';
import { DaemonJobs } from '../kinds.ts';
import { containerColumns } from '../podtemplate/templateColumns.ts';
import { withTemplateDefaults } from '../podtemplate/templateDefaults.ts';
import { isNewTemplate, templateWarnings } from '../podtemplate/templateWarnings.ts';
import type { Column, Resource } from '../resource.ts';
import { validateDaemonJob } from './daemonJobValidation.ts';

const NOTHING_YET: DaemonJobStatus = { desired: 0, active: 0, succeeded: 0, failed: 0 };

/** The Jobs' own defaults are set on the Jobs, when they are made. */
function setDefaults(daemonJob: DaemonJob): void {
  daemonJob.spec ??= {} as DaemonJobSpec;
  const { spec } = daemonJob;
  spec.suspend ??= false;
  spec.jobTemplate ??= {};
  spec.jobTemplate.metadata ??= {};
  spec.jobTemplate.spec ??= {} as JobSpec;
  spec.jobTemplate.spec.template = withTemplateDefaults(spec.jobTemplate.spec.template);
}

const templateOf = ({ spec }: DaemonJob) => spec?.jobTemplate?.spec?.template;

export const daemonJobs: Resource<DaemonJob> = {
  ...DaemonJobs,
  singular: 'daemonjob',
  shortNames: ['dj'],
  categories: ['all'],
  subresources: { status: true },
  hasGeneration: true,

  setDefaults,
  prepareCreate(daemonJob) {
    daemonJob.status = { ...NOTHING_YET };
  },
  validate: validateDaemonJob,
  validateUpdate: validateDaemonJob,
  warnings: (daemonJob, stored) =>
    templateWarnings(
      'spec.jobTemplate.spec.template',
      templateOf(daemonJob),
      isNewTemplate(templateOf(daemonJob), stored && templateOf(stored)),
    ),

  columns: [
    nameColumn,
    countColumn('Desired', 'The number of nodes that it is for.', 'desired'),
    countColumn('Active', 'The number of nodes on which it is under way.', 'active'),
    countColumn('Succeeded', 'The number of nodes on which it has succeeded.', 'succeeded'),
    countColumn('Failed', 'The number of nodes on which it has failed for good.', 'failed'),
    { name: 'Status', type: 'string', description: 'How it stands as a whole.', cell: statusText },
    {
      name: 'Node Selector',
      type: 'string',
      description: 'The labels of the nodes that it is for.',
      cell: (daemonJob) => labelsText(templateOf(daemonJob)?.spec?.nodeSelector),
    },
    ageColumn,
    ...containerColumns<DaemonJob>(templateOf),
  ],
};

function statusText(daemonJob: DaemonJob): string {
  if (hasTrueCondition(daemonJob, 'Complete')) return 'Complete';
  if (hasTrueCondition(daemonJob, 'Failed')) return 'Failed';
  return daemonJob.spec?.suspend ? 'Suspended' : 'Running';
}

function countColumn(
  name: string,
  description: string,
  counter: 'desired' | 'active' | 'succeeded' | 'failed',
): Column<DaemonJob> {
  return { name, type: 'integer', description, cell: ({ status }) => status?.[counter] ?? 0 };
}
