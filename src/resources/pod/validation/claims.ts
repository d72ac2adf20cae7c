import {
  duplicate,
  type FieldError,
  invalidValue,
  notFoundValue,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/nameRules.ts';
import type { PodResourceClaim, ResourceClaim } from '../../../generated/types.ts';
import { checkNamed, checkNamedIfSet } from '../../checks.ts';

/** `spec.resourceClaims`: each by its own name or by that of a template. */
export function checkResourceClaims(
  errors: FieldError[],
  field: string,
  claims: readonly PodResourceClaim[] | undefined,
): void {
  const names = new Set<string>();
  for (const [index, claim] of (claims ?? []).entries()) {
    const path = `${field}[${index}]`;
    if (!claim.name) errors.push(required(`${path}.name`));
    else if (names.has(claim.name)) errors.push(duplicate(`${path}.name`, claim.name));
    else checkNamed(errors, `${path}.name`, claim.name, dns1123Label);
    names.add(claim.name);
    checkReference(errors, path, claim);
  }
}

function checkReference(errors: FieldError[], field: string, claim: PodResourceClaim): void {
  const { resourceClaimName: name, resourceClaimTemplateName: template } = claim;
  if (name !== undefined && template !== undefined) {
    const detail = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
    errors.push(invalidValue(field, claim, detail));
  } else if (name === undefined && template === undefined) {
    const detail = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
    errors.push(invalidValue(field, claim, detail));
  }
  checkNamedIfSet(errors, `${field}.resourceClaimName`, name, dns1123Subdomain);
  checkNamedIfSet(errors, `${field}.resourceClaimTemplateName`, template, dns1123Subdomain);
}

/** A container's `resources.claims`: names of `known` claims of the pod, each once. */
export function checkClaims(
  errors: FieldError[],
  field: string,
  claims: readonly ResourceClaim[],
  known: ReadonlySet<string>,
): void {
  const seen = new Set<string>();
  for (const [index, { name, request }] of claims.entries()) {
    const path = `${field}[${index}]`;
    if (!name) {
      errors.push(required(path));
      continue;
    }
    const key = request ? `${name}/${request}` : name;
    if (request) checkNamed(errors, `${path}.request`, request, dns1123Label);
    if (seen.has(name) || seen.has(key)) errors.push(duplicate(path, key));
    seen.add(key);
    if (!known.has(name)) errors.push({ ...notFoundValue(path, name), detail: unknownClaimText(known) });
  }
}

function unknownClaimText(known: ReadonlySet<string>): string {
  const list = known.size ? `: ${[...known].sort().join(', ')}` : ' which is empty';
  return `must be one of the names in pod.spec.resourceClaims${list}`;
}
