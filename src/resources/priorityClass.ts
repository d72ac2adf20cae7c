import { type FieldError, forbiddenField, notSupported } from '../apimachinery/fieldErrors.ts';
import { immutableField } from '../apimachinery/metaValidation.ts';
import type { PriorityClass } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { PriorityClasses } from './kinds.ts';
import type { Resource } from './resource.ts';

const HIGHEST_USER_PRIORITY = 1_000_000_000;
/** From so high a priority on pods are the system's own. */
export const SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;
const RESERVED_PREFIX = 'system-';
/** The classes that every cluster has, and their values. */
const SYSTEM_CLASSES: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', SYSTEM_CRITICAL_PRIORITY],
  ['system-node-critical', 2_000_001_000],
]);
const POLICIES = ['Never', 'PreemptLowerPriority'];

function validate({
  metadata,
  value = 0,
  globalDefault,
  preemptionPolicy = '',
}: PriorityClass): FieldError[] {
  const name = metadata.name ?? '';
  const errors: FieldError[] = [];
  if (name.startsWith(RESERVED_PREFIX)) {
    if (SYSTEM_CLASSES.get(name) !== value || globalDefault) {
      errors.push(
        forbiddenField(
          'metadata.name',
          "priority class names with 'system-' prefix are reserved for system use only",
        ),
      );
    }
  } else if (value > HIGHEST_USER_PRIORITY) {
    errors.push(
      forbiddenField('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`),
    );
  }
  if (preemptionPolicy && !POLICIES.includes(preemptionPolicy)) {
    errors.push(notSupported('preemptionPolicy', preemptionPolicy, POLICIES));
  }
  return errors;
}

/** That only one class is the global default is admission's to see: it takes a look at the others. */
export const priorityClasses: Resource<PriorityClass> = {
  ...PriorityClasses,
  singular: 'priorityclass',
  shortNames: ['pc'],
  setDefaults(priorityClass) {
    priorityClass.value ??= 0;
    priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  validate,
  validateUpdate: (next, stored) => [
    ...((next.value ?? 0) === (stored.value ?? 0)
      ? []
      : [forbiddenField('value', 'may not be changed in an update.')]),
    ...immutableField('preemptionPolicy', next.preemptionPolicy, stored.preemptionPolicy),
  ],
  columns: [
    nameColumn,
    {
      name: 'Value',
      type: 'integer',
      description: 'The priority of pods of this class.',
      cell: ({ value }) => value ?? 0,
    },
    {
      name: 'Global-Default',
      type: 'boolean',
      description: 'Whether pods without a class get this one.',
      cell: ({ globalDefault }) => globalDefault ?? false,
    },
    ageColumn,
    {
      name: 'PreemptionPolicy',
      type: 'string',
      description: 'Whether its pods may push out those of lower priority.',
      cell: ({ preemptionPolicy }) => preemptionPolicy ?? '',
    },
  ],
};
