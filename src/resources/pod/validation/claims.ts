import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notFoundValue,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/nameRules.ts';
import type { PodResourceClaim, PodSpec, ResourceClaim } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';
import { shownPodClaim } from '../../internalForm.ts';

const NO_NAMES: ReadonlySet<string> = new Set();

/** The names in `spec.resourceClaims`. */
export const claimNames = ({ resourceClaims }: PodSpec): ReadonlySet<string> =>
  resourceClaims ? new Set(resourceClaims.map(({ name }) => name).filter(Boolean)) : NO_NAMES;

/** `spec.resourceClaims`: each by its own name or by that of a template. A static pod has none. */
export function checkResourceClaims(
  errors: FieldError[],
  field: string,
  claims: readonly PodResourceClaim[] | undefined,
  isStatic: boolean,
): void {
  if (!claims) return;
  const names = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    if (isStatic) errors.push(forbiddenField('[]', 'static pods do not support resource claims'));
    else checkResourceClaim(errors, `${field}[${index}]`, claim, names);
  }
}

function checkResourceClaim(
  errors: FieldError[],
  field: string,
  claim: PodResourceClaim,
  names: Set<string>,
): void {
  if (!claim.name) errors.push(required(`${field}.name`));
  else if (names.has(claim.name)) errors.push(duplicate(`${field}.name`, claim.name));
  else checkNamed(errors, `${field}.name`, claim.name, dns1123Label);
  names.add(claim.name);
  checkReference(errors, field, claim);
}

function checkReference(errors: FieldError[], field: string, claim: PodResourceClaim): void {
  const { resourceClaimName: name, resourceClaimTemplateName: template } = claim;
  if (name !== undefined && template !== undefined) {
    const detail = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
    errors.push(invalidValue(field, shownPodClaim(claim), detail));
  } else if (name === undefined && template === undefined) {
    const detail = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
    errors.push(invalidValue(field, shownPodClaim(claim), detail));
  }
  if (name !== undefined) checkNamed(errors, `${field}.resourceClaimName`, name, dns1123Subdomain);
  if (template !== undefined)
    checkNamed(errors, `${field}.resourceClaimTemplateName`, template, dns1123Subdomain);
}

/** A container's `resources.claims`: names of `known` claims of the pod, each used once as a whole or in parts. */
export function checkClaims(
  errors: FieldError[],
  field: string,
  claims: readonly ResourceClaim[],
  known: ReadonlySet<string>,
): void {
  const seen = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    const path = `${field}[${index}]`;
    const { name } = claim;
    if (!name) {
      errors.push(required(path));
      continue;
    }
    if (seen.has(name)) errors.push(duplicate(path, name));
    else checkPartOfClaim(errors, path, claim, seen);
    if (!known.has(name)) errors.push({ ...notFoundValue(path, name), detail: unknownClaimText(known) });
  }
}

function checkPartOfClaim(
  errors: FieldError[],
  field: string,
  { name, request }: ResourceClaim,
  seen: Set<string>,
): void {
  const key = request ? `${name}/${request}` : name;
  if (request) checkNamed(errors, `${field}.request`, request, dns1123Label);
  if (seen.has(key)) errors.push(duplicate(field, key));
  else if (!request) {
    for (const part of seen) if (part.startsWith(`${name}/`)) errors.push(duplicate(field, name));
  }
  seen.add(key);
}

function unknownClaimText(known: ReadonlySet<string>): string {
  const list = known.size ? `: ${[...known].sort().join(', ')}` : ' which is empty';
  return `must be one of the names in pod.spec.resourceClaims${list}`;
}
