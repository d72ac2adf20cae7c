import { type FieldError, invalidValue, invalidWhole, required } from '../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain } from '../../apimachinery/nameRules.ts';
import { nameOf } from '../../apimachinery/object.ts';
import type { CustomResourceDefinition } from '../../generated/types.ts';
import { checkImmutable, checkNamed, checkSupported } from '../checks.ts';
import { checkConversion } from './conversionValidation.ts';
import { isEstablished } from './definitionStatus.ts';
import { checkNames } from './namesValidation.ts';
import { checkVersion } from './versionValidation.ts';

const SCOPES = ['Cluster', 'Namespaced'];
const APPROVED = 'api-approved.kubernetes.io';

/** What is wrong with a definition (`ValidateCustomResourceDefinition`). */
export function validateDefinition(definition: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  const { spec, metadata } = definition;
  const name = nameOf(definition);
  if (!spec) return [required('spec')];
  if (name !== `${spec.names?.plural}.${spec.group}`)
    errors.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
  checkGroup(errors, spec.group ?? '');
  if (isProtected(spec.group ?? '') && !metadata.annotations?.[APPROVED]) {
    errors.push(
      required(
        `metadata.annotations[${APPROVED}]`,
        `protected groups must have approval annotation "${APPROVED}", see https://github.com/kubernetes/enhancements/pull/1111`,
      ),
    );
  }
  checkSupported(errors, 'spec.scope', spec.scope, SCOPES);
  checkVersions(errors, definition);
  checkNames(errors, 'spec.names', spec.names ?? { kind: '', plural: '' });
  checkConversion(errors, 'spec.conversion', spec.conversion ?? { strategy: '' });
  return errors;
}

function checkGroup(errors: FieldError[], group: string): void {
  if (group === '') {
    errors.push(required('spec.group'));
    return;
  }
  checkNamed(errors, 'spec.group', group, dns1123Subdomain);
  if (!group.includes('.'))
    errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
}

const isProtected = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group);

function checkVersions(errors: FieldError[], { spec }: CustomResourceDefinition): void {
  const versions = spec.versions ?? [];
  if (new Set(versions.map(({ name }) => name)).size < versions.length)
    errors.push(invalidWhole('spec.versions', 'must contain unique version names'));
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(invalidWhole('spec.versions', 'must have exactly one version marked as storage version'));
  versions.forEach((version, index) => {
    checkVersion(errors, `spec.versions[${index}]`, version);
  });
  if (spec.preserveUnknownFields) {
    errors.push(
      invalidValue(
        'spec.preserveUnknownFields',
        true,
        'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ),
    );
  }
}

/** What may change of a definition. */
export function validateDefinitionUpdate(
  next: CustomResourceDefinition,
  stored: CustomResourceDefinition,
): FieldError[] {
  const errors = validateDefinition(next);
  if (!next.spec) return errors;
  checkImmutable(errors, 'spec.group', next.spec.group, stored.spec.group);
  checkImmutable(errors, 'spec.names.plural', next.spec.names.plural, stored.spec.names.plural);
  if (isEstablished(stored)) {
    checkImmutable(errors, 'spec.scope', next.spec.scope, stored.spec.scope);
    checkImmutable(errors, 'spec.names.kind', next.spec.names.kind, stored.spec.names.kind);
  }
  checkStoredVersions(errors, next);
  return errors;
}

export function validateDefinitionStatus(next: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  checkStoredVersions(errors, next);
  return errors;
}

/** Objects may be kept in any version that is on the list. */
function checkStoredVersions(errors: FieldError[], { spec, status }: CustomResourceDefinition): void {
  const known = new Set(spec.versions?.map(({ name }) => name));
  (status?.storedVersions ?? []).forEach((version, index) => {
    if (known.has(version)) return;
    errors.push(
      invalidValue(
        `status.storedVersions[${index}]`,
        version,
        `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
      ),
    );
  });
}
