import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain } from '../apimachinery/nameRules.ts';
import { parseQuantity } from '../apimachinery/quantity.ts';
import { validateLabelSelector } from '../apimachinery/validation.ts';
import type {
  PersistentVolumeClaimSpec,
  TypedLocalObjectReference,
  TypedObjectReference,
} from '../generated/types.ts';
import { checkNamedIfSet, checkPresent, checkSupportedIfSet } from './checks.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const MODES = ['Block', 'Filesystem'];

/** What a claim asks for (`ValidatePersistentVolumeClaimSpec`). */
export function checkClaimSpec(errors: FieldError[], field: string, spec: PersistentVolumeClaimSpec): void {
  const { accessModes = [], selector, resources } = spec;
  if (accessModes.length === 0)
    errors.push(required(`${field}.accessModes`, 'at least 1 access mode is required'));
  if (selector) errors.push(...validateLabelSelector(selector, `${field}.selector`));
  checkAccessModes(errors, `${field}.accessModes`, accessModes);
  checkStorage(errors, `${field}.resources[storage]`, resources?.requests?.storage);
  checkNamedIfSet(errors, `${field}.storageClassName`, spec.storageClassName, dns1123Subdomain);
  checkSupportedIfSet(errors, `${field}.volumeMode`, spec.volumeMode, MODES);
  checkSources(errors, field, spec);
  checkNamedIfSet(
    errors,
    `${field}.volumeAttributesClassName`,
    spec.volumeAttributesClassName,
    dns1123Subdomain,
  );
}

function checkAccessModes(errors: FieldError[], field: string, modes: readonly string[]): void {
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(field, mode, ACCESS_MODES));
  }
  const isForOnePod = modes.includes('ReadWriteOncePod');
  if (!isForOnePod || !modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode)))
    return;
  errors.push(forbiddenField(field, 'may not use ReadWriteOncePod with other access modes'));
}

function checkStorage(errors: FieldError[], field: string, storage: string | undefined): void {
  if (storage === undefined) errors.push(required(field));
  else if (parseQuantity(storage).nano <= 0n)
    errors.push(invalidValue(field, storage, 'must be greater than zero'));
}

/** The older name of a source and the newer must tell the same. */
function checkSources(errors: FieldError[], field: string, spec: PersistentVolumeClaimSpec): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource) checkSource(errors, `${field}.dataSource`, dataSource);
  if (dataSourceRef) {
    checkSource(errors, `${field}.dataSourceRef`, dataSourceRef);
    checkNamedIfSet(errors, `${field}.dataSourceRef.namespace`, dataSourceRef.namespace, dns1123Label);
  }
  if (!dataSource || !dataSourceRef) return;
  const refuse = (detail: string) => errors.push(invalidValue(field, {}, detail));
  if (dataSourceRef.namespace) refuse('may not be specified when dataSourceRef.namespace is specified');
  else if (!isSameSource(dataSource, dataSourceRef)) refuse('must match dataSourceRef');
}

const isSameSource = (a: TypedLocalObjectReference, b: TypedObjectReference): boolean =>
  a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;

function checkSource(
  errors: FieldError[],
  field: string,
  { name, kind, apiGroup }: TypedLocalObjectReference,
): void {
  checkPresent(errors, `${field}.name`, name);
  checkPresent(errors, `${field}.kind`, kind);
  if (!apiGroup && kind !== 'PersistentVolumeClaim') {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalidValue(field, kind, detail));
  }
  checkNamedIfSet(errors, `${field}.apiGroup`, apiGroup, dns1123Subdomain);
}
