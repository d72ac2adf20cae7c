import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../generated/types.ts';
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from './fieldErrors.ts';
import { asPrefix, dns1123Label, type NameRule, qualifiedName } from './nameRules.ts';
import { deepEqual } from './object.ts';
import { checkRule, validateAnnotations, validateLabels } from './validation.ts';

const FIELD_MANAGER_MAX_BYTES = 128;
const SUBRESOURCE_MAX_BYTES = 256;
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';
const STANDARD_FINALIZERS = new Set(['kubernetes', ORPHAN, FOREGROUND]);

/** How a kind's objects are named. */
export interface MetaRules {
  readonly namespaced: boolean;
  readonly nameRule: NameRule;
  /** Finalizers need no domain: so of definitions and custom kinds. */
  readonly allowsPlainFinalizers?: boolean | undefined;
}

/** What is wrong with a new object's metadata. A `generateName` must have been turned into a name already. */
export const validateObjectMeta = (meta: ObjectMeta, rules: MetaRules, field = 'metadata'): FieldError[] => [
  ...(meta.generateName
    ? checkRule(`${field}.generateName`, meta.generateName, asPrefix(rules.nameRule))
    : []),
  ...(meta.name
    ? checkRule(`${field}.name`, meta.name, rules.nameRule)
    : [required(`${field}.name`, 'name or generateName is required')]),
  ...namespaceErrors(meta.namespace, rules.namespaced, `${field}.namespace`),
  ...generationErrors(meta, field),
  ...commonErrors(meta, field),
  ...finalizerErrors(meta.finalizers ?? [], `${field}.finalizers`),
  ...(rules.allowsPlainFinalizers ? [] : qualifiedFinalizerErrors(meta, field)),
];

/** What is wrong with an update's metadata, given what is stored. */
export function validateObjectMetaUpdate(
  meta: ObjectMeta,
  stored: ObjectMeta,
  { allowsPlainFinalizers }: Pick<MetaRules, 'allowsPlainFinalizers'> = {},
  field = 'metadata',
): FieldError[] {
  const errors = newFinalizerErrors(meta, stored, field);
  if (!meta.resourceVersion)
    errors.push(invalidValue(`${field}.resourceVersion`, '', 'must be specified for an update'));
  errors.push(...generationErrors(meta, field));
  const { generation = 0 } = meta;
  if (generation < (stored.generation ?? 0))
    errors.push(invalidValue(`${field}.generation`, generation, 'must not be decremented'));
  for (const name of IMMUTABLE)
    if (meta[name] !== stored[name])
      errors.push(...immutableField(`${field}.${name}`, meta[name], stored[name]));
  errors.push(...commonErrors(meta, field, stored));
  if (!allowsPlainFinalizers) errors.push(...qualifiedFinalizerErrors(meta, field));
  return errors;
}

/** `field is immutable` when the value is not the stored one (`ValidateImmutableField`). */
export const immutableField = (field: string, value: unknown, stored: unknown): FieldError[] =>
  deepEqual(value, stored) ? [] : [invalidValue(field, value, 'field is immutable')];

/** The `fieldManager` of a request or of a managed-fields entry: short and printable. */
export function validateFieldManager(manager: string, field: string): FieldError[] {
  const errors =
    Buffer.byteLength(manager) > FIELD_MANAGER_MAX_BYTES ? [tooLong(field, FIELD_MANAGER_MAX_BYTES)] : [];
  let position = 0;
  for (const letter of manager) {
    if (!isPrintable(letter)) {
      errors.push(
        invalidValue(field, manager, `invalid character ${codePointName(letter)} (at position ${position})`),
      );
    }
    position += Buffer.byteLength(letter);
  }
  return errors;
}

const IMMUTABLE = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** What is the stored object's own was looked at when it came. */
function commonErrors(meta: ObjectMeta, field: string, stored: ObjectMeta = {}): FieldError[] {
  const { labels, annotations, ownerReferences: owners, managedFields: entries } = meta;
  const errors: FieldError[] = [];
  if (labels !== stored.labels) errors.push(...validateLabels(labels, `${field}.labels`));
  if (annotations !== stored.annotations)
    errors.push(...validateAnnotations(annotations, `${field}.annotations`));
  if (owners && owners !== stored.ownerReferences)
    errors.push(...ownerErrors(owners, `${field}.ownerReferences`));
  if (entries && entries !== stored.managedFields)
    errors.push(...managedFieldsErrors(entries, `${field}.managedFields`));
  return errors;
}

function namespaceErrors(namespace: string | undefined, namespaced: boolean, field: string): FieldError[] {
  if (!namespaced) return namespace ? [forbiddenField(field, 'not allowed on this type')] : [];
  return namespace ? checkRule(field, namespace, dns1123Label) : [required(field)];
}

const generationErrors = ({ generation = 0 }: ObjectMeta, field: string): FieldError[] =>
  generation < 0
    ? [invalidValue(`${field}.generation`, generation, 'must be greater than or equal to 0')]
    : [];

function finalizerErrors(finalizers: string[], field: string): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => checkRule(field, finalizer, qualifiedName));
  if (finalizers.includes(ORPHAN) && finalizers.includes(FOREGROUND)) {
    errors.push(invalidValue(field, finalizers, `finalizer ${ORPHAN} and ${FOREGROUND} cannot be both set`));
  }
  return errors;
}

const qualifiedFinalizerErrors = (meta: ObjectMeta, field: string): FieldError[] =>
  (meta.finalizers ?? []).flatMap((finalizer, index) =>
    finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
      ? []
      : [
          invalidValue(
            `${field}.finalizers[${index}]`,
            finalizer,
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ],
  );

function newFinalizerErrors(meta: ObjectMeta, stored: ObjectMeta, field: string): FieldError[] {
  if (!stored.deletionTimestamp) return [];
  const known = new Set(stored.finalizers);
  const added = [...new Set(meta.finalizers)].filter((finalizer) => !known.has(finalizer)).sort();
  if (added.length === 0) return [];
  const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  return [
    forbiddenField(
      `${field}.finalizers`,
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ];
}

function ownerErrors(owners: OwnerReference[], field: string): FieldError[] {
  const errors = owners.flatMap((owner, index) => [...ownerErrorsOf(owner, `${field}[${index}]`)]);
  const [first, ...others] = owners.filter((owner) => owner.controller);
  for (const other of others) {
    errors.push(
      invalidValue(
        field,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${first!.kind}/${first!.name} and ${other.kind}/${other.name}`,
      ),
    );
  }
  return errors;
}

function ownerErrorsOf(owner: OwnerReference, field: string): FieldError[] {
  const errors = apiVersionErrors(owner.apiVersion, `${field}.apiVersion`);
  for (const name of ['kind', 'name', 'uid'] as const) {
    if (!owner[name]) errors.push(required(`${field}.${name}`, 'must not be empty'));
  }
  if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
    errors.push(invalidValue(field, owner, '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
}

function apiVersionErrors(apiVersion: string | undefined, field: string): FieldError[] {
  if (!apiVersion) return [required(field, 'must not be empty')];
  return /^([^/]*\/)?[^/]+$/.test(apiVersion)
    ? []
    : [invalidValue(field, apiVersion, 'must be <group>/<version> or <version>')];
}

const managedFieldsErrors = (entries: ManagedFieldsEntry[], field: string): FieldError[] =>
  entries.flatMap((entry, index) => managedFieldsErrorsOf(entry, `${field}[${index}]`));

function managedFieldsErrorsOf(entry: ManagedFieldsEntry, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!entry.operation) errors.push(required(`${field}.operation`, 'must not be empty'));
  else if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
    errors.push(notSupported(`${field}.operation`, entry.operation, ['Apply', 'Update']));
  }
  if (entry.fieldsType && entry.fieldsType !== 'FieldsV1') {
    errors.push(invalidValue(`${field}.fieldsType`, entry.fieldsType, 'must be `FieldsV1`'));
  }
  errors.push(...validateFieldManager(entry.manager ?? '', `${field}.manager`));
  if (Buffer.byteLength(entry.subresource ?? '') > SUBRESOURCE_MAX_BYTES) {
    errors.push(tooLong(`${field}.subresource`, SUBRESOURCE_MAX_BYTES));
  }
  return errors;
}

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and the ASCII space. */
const isPrintable = (letter: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(letter);

/** Go's `%#U` of something that is not printable. */
const codePointName = (letter: string): string =>
  `U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
