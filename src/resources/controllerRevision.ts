import { type FieldError, required } from '../apimachinery/fieldErrors.ts';
import { controllerOf, splitApiVersion } from '../apimachinery/object.ts';
import { isJsonObject } from '../apimachinery/patch/jsonValue.ts';
import type { ControllerRevision } from '../generated/types.ts';
import { checkImmutable, checkNonNegative } from './checks.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { NONE } from './columns/selectorText.ts';
import { ControllerRevisions } from './kinds.ts';
import type { Resource } from './resource.ts';

function validate({ revision, data }: ControllerRevision): FieldError[] {
  const errors: FieldError[] = [];
  checkNonNegative(errors, 'revision', revision);
  if (data === undefined || data === null) errors.push(required('data', 'data is mandatory'));
  else if (!isJsonObject(data)) errors.push(required('data', 'data must be a valid JSON object'));
  return errors;
}

/** `daemonset.apps/ds-demo` */
function controllerText(revision: ControllerRevision): string {
  const owner = controllerOf(revision);
  if (!owner) return NONE;
  const { group } = splitApiVersion(owner.apiVersion);
  const kind = (group ? `${owner.kind}.${group}` : owner.kind).toLowerCase();
  return `${kind}/${owner.name}`;
}

export const controllerRevisions: Resource<ControllerRevision> = {
  ...ControllerRevisions,
  singular: 'controllerrevision',

  setDefaults(revision) {
    revision.revision ??= 0;
  },
  validate,
  /** The data is as it was, whatever that is. */
  validateUpdate(next, stored) {
    const errors: FieldError[] = [];
    checkNonNegative(errors, 'revision', next.revision);
    checkImmutable(errors, 'data', next.data, stored.data);
    return errors;
  },

  columns: [
    nameColumn,
    {
      name: 'Controller',
      type: 'string',
      description: 'Controller of the object',
      cell: controllerText,
    },
    {
      name: 'Revision',
      type: 'string',
      description: 'The number of this revision: a later one is higher.',
      cell: ({ revision }) => revision,
    },
    ageColumn,
  ],
};
