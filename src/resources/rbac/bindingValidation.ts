import { type FieldError, invalidValue, notSupported, required } from '../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain, pathSegment } from '../../apimachinery/nameRules.ts';
import { deepEqual } from '../../apimachinery/object.ts';
import { checkRule } from '../../apimachinery/validation.ts';
import type { RbacV1Subject, RoleRef } from '../../generated/types.ts';

const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** What role bindings and cluster role bindings have in common. */
interface Binding {
  roleRef: RoleRef;
  subjects?: RbacV1Subject[];
}

/** Users, groups and roles are of the RBAC group unless it is named; service accounts are of the core group. */
export function defaultBinding(binding: Binding): void {
  binding.roleRef ??= { kind: '', name: '' };
  binding.roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC_GROUP;
  }
}

export const validateBinding = ({ roleRef, subjects }: Binding, isNamespaced: boolean): FieldError[] => [
  ...roleRefErrors(roleRef, isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']),
  ...(subjects ?? []).flatMap((subject, index) => subjectErrors(subject, isNamespaced, `subjects[${index}]`)),
];

export const validateBindingUpdate = (
  next: Binding,
  stored: Binding,
  isNamespaced: boolean,
): FieldError[] => [
  ...validateBinding(next, isNamespaced),
  ...(deepEqual(next.roleRef, stored.roleRef)
    ? []
    : [invalidValue('roleRef', next.roleRef, 'cannot change roleRef')]),
];

function roleRefErrors({ apiGroup = '', kind = '', name = '' }: RoleRef, kinds: string[]): FieldError[] {
  return [
    ...(apiGroup === RBAC_GROUP ? [] : [notSupported('roleRef.apiGroup', apiGroup, [RBAC_GROUP])]),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)]),
    ...(name ? checkRule('roleRef.name', name, pathSegment) : [required('roleRef.name')]),
  ];
}

function subjectErrors(subject: RbacV1Subject, isNamespaced: boolean, field: string): FieldError[] {
  const errors = subject.name ? [] : [required(`${field}.name`)];
  switch (subject.kind) {
    case 'ServiceAccount':
      return [...errors, ...serviceAccountErrors(subject, isNamespaced, field)];
    case 'User':
    case 'Group':
      return [...errors, ...userErrors(subject, field)];
    default:
      return [...errors, notSupported(`${field}.kind`, subject.kind, ['ServiceAccount', 'User', 'Group'])];
  }
}

function serviceAccountErrors(
  { name, namespace, apiGroup }: RbacV1Subject,
  isNamespaced: boolean,
  field: string,
): FieldError[] {
  return [
    ...(name ? checkRule(`${field}.name`, name, dns1123Subdomain) : []),
    ...(apiGroup ? [notSupported(`${field}.apiGroup`, apiGroup, [''])] : []),
    ...(isNamespaced || namespace ? [] : [required(`${field}.namespace`)]),
  ];
}

function userErrors({ kind, name, apiGroup = '' }: RbacV1Subject, field: string): FieldError[] {
  return [
    ...(name ? [] : [invalidValue(`${field}.name`, name, `${kind.toLowerCase()} name cannot be empty`)]),
    ...(apiGroup === RBAC_GROUP ? [] : [notSupported(`${field}.apiGroup`, apiGroup, [RBAC_GROUP])]),
  ];
}
