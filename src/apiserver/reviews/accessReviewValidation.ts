import { invalid } from '../../apimachinery/errors.ts';
import { type FieldError, invalidValue } from '../../apimachinery/fieldErrors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { SubjectAccessReview, SubjectAccessReviewSpec } from '../../generated/types.ts';

type Kind = 'SelfSubjectAccessReview' | 'SubjectAccessReview' | 'LocalSubjectAccessReview';

/** Throws 422 for a question that cannot be answered (upstream's `ValidateSubjectAccessReview` and its kin). */
export function checkReview(kind: Kind, question: KubernetesObject): void {
  const { spec = {} } = question as SubjectAccessReview;
  const errors = [
    ...whatErrors(spec),
    ...(kind === 'SelfSubjectAccessReview' ? [] : whoErrors(spec)),
    ...metadataErrors(kind, question),
    ...(kind === 'LocalSubjectAccessReview' ? whereErrors(spec, question) : []),
  ];
  if (errors.length > 0) throw invalid({ group: 'authorization.k8s.io', kind }, '', errors);
}

function whatErrors({ resourceAttributes, nonResourceAttributes }: SubjectAccessReviewSpec): FieldError[] {
  if (resourceAttributes && nonResourceAttributes) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [invalidValue('spec.nonResourceAttributes', nonResourceAttributes, detail)];
  }
  if (resourceAttributes || nonResourceAttributes) return [];
  const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [invalidValue('spec.resourceAttributes', null, detail)];
}

const whoErrors = ({ user = '', groups = [] }: SubjectAccessReviewSpec): FieldError[] =>
  user || groups.length > 0
    ? []
    : [invalidValue('spec.user', user, 'at least one of user or group must be specified')];

function metadataErrors(kind: Kind, { metadata = {} }: KubernetesObject): FieldError[] {
  const isLocal = kind === 'LocalSubjectAccessReview';
  const mayBe = isLocal ? ['managedFields', 'namespace'] : ['managedFields'];
  const isSet = Object.entries(metadata).some(([key, value]) => !mayBe.includes(key) && Boolean(value));
  const detail = isLocal ? 'must be empty except for namespace' : 'must be empty';
  return isSet ? [invalidValue('metadata', metadata, detail)] : [];
}

function whereErrors(
  { resourceAttributes, nonResourceAttributes }: SubjectAccessReviewSpec,
  { metadata }: KubernetesObject,
): FieldError[] {
  const errors: FieldError[] = [];
  const { namespace = '' } = resourceAttributes ?? {};
  if (resourceAttributes && namespace !== metadata.namespace) {
    const detail = 'must match metadata.namespace';
    errors.push(invalidValue('spec.resourceAttributes.namespace', namespace, detail));
  }
  if (nonResourceAttributes) {
    const detail = 'disallowed on this kind of request';
    errors.push(invalidValue('spec.nonResourceAttributes', nonResourceAttributes, detail));
  }
  return errors;
}
