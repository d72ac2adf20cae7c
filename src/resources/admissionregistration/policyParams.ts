import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { dns1035Label, dns1123Subdomain, pathSegment } from '../../apimachinery/nameRules.ts';
import { validateLabelSelector } from '../../apimachinery/validation.ts';
import type { ParamKind, ParamRef } from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';

const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];
const EXCLUSIVE = 'name and selector are mutually exclusive';

/** What is wrong with the kind of a policy's parameters (`validateParamKind`). */
export function checkParamKind(errors: FieldError[], field: string, paramKind: ParamKind | undefined): void {
  if (!paramKind) return;
  const { apiVersion = '', kind = '' } = paramKind;
  checkApiVersion(errors, `${field}.apiVersion`, apiVersion);
  if (kind === '') {
    errors.push(required(`${field}.kind`));
    return;
  }
  const problems = dns1035Label(kind.toLowerCase());
  if (problems.length === 0) return;
  const detail = `may have mixed case, but should otherwise match: ${problems.join(',')}`;
  errors.push(invalidValue(`${field}.kind`, kind, detail));
}

function checkApiVersion(errors: FieldError[], field: string, apiVersion: string): void {
  const parts = apiVersion === '/' ? [''] : apiVersion.split('/');
  if (apiVersion === '') errors.push(required(field));
  else if (parts.length > 2) {
    errors.push(invalidValue(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  } else {
    const [version = '', group = ''] = parts.toReversed();
    const wrong = group ? dns1123Subdomain(group) : [];
    if (wrong.length > 0) errors.push(invalidValue(field, group, wrong.join(',')));
    if (version === '') errors.push(invalidValue(field, apiVersion, 'version must be specified'));
    else if (dns1035Label(version).length > 0) {
      errors.push(invalidValue(field, version, dns1035Label(version).join(',')));
    }
  }
}

/** What is wrong with how a binding names parameters (`validateParamRef`). */
export function checkParamRef(errors: FieldError[], field: string, paramRef: ParamRef | undefined): void {
  if (!paramRef) return;
  const { name, selector, parameterNotFoundAction } = paramRef;
  if (name) {
    checkNamed(errors, `${field}.name`, name, pathSegment);
    if (selector) errors.push(forbiddenField(`${field}.name`, EXCLUSIVE));
  }
  if (selector) {
    errors.push(...validateLabelSelector(selector, `${field}.selector`));
    if (name) errors.push(forbiddenField(`${field}.selector`, EXCLUSIVE));
  }
  if (!name && !selector) errors.push(required(field, 'one of name or selector must be specified'));
  if (!parameterNotFoundAction) errors.push(required(`${field}.parameterNotFoundAction`));
  else if (!NOT_FOUND_ACTIONS.includes(parameterNotFoundAction)) {
    errors.push(notSupported(`${field}.parameterNotFoundAction`, parameterNotFoundAction, NOT_FOUND_ACTIONS));
  }
}
