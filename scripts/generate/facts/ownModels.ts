import type { Model, ModelField } from '../models.ts';

export const field = (
  name: string,
  type: string,
  description: string,
  more: Partial<ModelField> = {},
): ModelField => ({
  name,
  type,
  format: '',
  required: false,
  description,
  ...more,
});
const count = (name: string, description: string) => field(name, 'number', description, { format: 'int32' });
const time = (name: string, description: string) => field(name, 'Date', description, { format: 'date-time' });

export const apiVersion = field(
  'apiVersion',
  'string',
  'APIVersion defines the versioned schema of this representation of an object.',
);
export const kind = field(
  'kind',
  'string',
  'Kind is a string value representing the REST resource this object represents.',
);

/** The kinds of `sampan.dev/v1`, in the form in which client-node describes upstream's. */
export const ownModels: Readonly<Record<string, Model>> = {
  V1DaemonJob: {
    description: 'DaemonJob runs a Job once on every node that it is for, those that join later included.',
    fields: [
      apiVersion,
      kind,
      field('metadata', 'V1ObjectMeta', "Standard object's metadata."),
      field('spec', 'V1DaemonJobSpec', 'What is run, and on which nodes.'),
      field('status', 'V1DaemonJobStatus', 'How far it has come. Written by the system.'),
    ],
  },
  V1DaemonJobList: {
    description: 'DaemonJobList is a collection of DaemonJobs.',
    fields: [
      apiVersion,
      kind,
      field('metadata', 'V1ListMeta', "Standard list's metadata."),
      field('items', 'Array<V1DaemonJob>', 'The DaemonJobs.', { required: true }),
    ],
  },
  V1DaemonJobSpec: {
    description: 'DaemonJobSpec says what is run once on each node.',
    fields: [
      field(
        'jobTemplate',
        'V1JobTemplateSpec',
        "The Job of each node. Its pods go where a DaemonSet's would: node selector, affinity and tolerations decide. A change runs it again on every node.",
        { required: true },
      ),
      field(
        'maxParallel',
        'IntOrString',
        'On how many nodes it runs at the same time at most, as a number or a percentage of the nodes that it is for. All of them unless given.',
        { format: 'int-or-string' },
      ),
      field('suspend', 'boolean', 'Whether no Jobs are made for now, and those under way are suspended.'),
    ],
  },
  V1DaemonJobStatus: {
    description: 'DaemonJobStatus tells on how many nodes it has run.',
    fields: [
      count('desired', 'The number of nodes that it is for.'),
      count('active', 'The number of nodes on which it is under way.'),
      count('succeeded', 'The number of nodes on which it has succeeded.'),
      count('failed', 'The number of nodes on which it has failed for good.'),
      field('failedNodes', 'Array<string>', 'The nodes on which it has failed for good.'),
      field('observedGeneration', 'number', 'The generation that this status is about.', { format: 'int64' }),
      time('completionTime', 'When it had succeeded on every node that it is for.'),
      field(
        'conditions',
        'Array<V1DaemonSetCondition>',
        '`Complete`: it has succeeded on every node. `Failed`: there are nodes on which it has failed.',
      ),
    ],
  },
};
