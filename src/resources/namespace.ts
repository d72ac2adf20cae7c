import { dns1123Label } from '../apimachinery/nameRules.ts';
import type { Namespace } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { Namespaces } from './kinds.ts';
import { namedBy } from './namedBy.ts';
import type { Resource } from './resource.ts';

/** The finalizer in the spec of every namespace; the namespace controller takes it off, through `/finalize`, once all is empty. */
const CONTENT_FINALIZER = 'kubernetes';

/** The label by which selectors can name a namespace. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/** A generated name is not known yet when defaults are set. */
function labelWithName({ metadata }: Namespace): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
}

export const namespaces: Resource<Namespace> = {
  ...Namespaces,
  singular: 'namespace',
  shortNames: ['ns'],
  subresources: { status: true },
  nameProblems: namedBy(dns1123Label),

  setDefaults: labelWithName,
  prepareCreate(namespace) {
    labelWithName(namespace);
    const finalizers = namespace.spec?.finalizers ?? [];
    namespace.spec = {
      finalizers: finalizers.includes(CONTENT_FINALIZER) ? finalizers : [...finalizers, CONTENT_FINALIZER],
    };
    namespace.status = { phase: 'Active' };
  },
  validate: () => [],
  prepareUpdate(next, stored) {
    next.spec = stored.spec;
  },
  validateUpdate: () => [],

  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'Active, or Terminating while its content is being deleted.',
      cell: ({ status }) => status?.phase ?? '',
    },
    ageColumn,
  ],
  selectableFields: {
    name: ({ metadata }) => metadata.name ?? '',
    'status.phase': ({ status }) => status?.phase ?? '',
  },
};
