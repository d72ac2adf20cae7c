import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { dns1035Label } from '../../apimachinery/nameRules.ts';
import type { CustomResourceDefinitionNames } from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';

/** The names of a kind must be such as URLs and commands can carry. */
export function checkNames(errors: FieldError[], field: string, names: CustomResourceDefinitionNames): void {
  for (const name of ['plural', 'singular'] as const) {
    if (names[name]) checkNamed(errors, `${field}.${name}`, names[name], dns1035Label);
    else errors.push(required(`${field}.${name}`));
  }
  for (const name of ['kind', 'listKind'] as const) checkKind(errors, `${field}.${name}`, names[name]);
  for (const name of ['shortNames', 'categories'] as const) {
    names[name]?.forEach((each, index) => {
      checkNamed(errors, `${field}.${name}[${index}]`, each, dns1035Label);
    });
  }
  if (names.kind && names.kind === names.listKind)
    errors.push(invalidValue(`${field}.listKind`, names.listKind, 'kind and listKind may not be the same'));
}

function checkKind(errors: FieldError[], field: string, kind: string | undefined): void {
  if (!kind) {
    errors.push(required(field));
    return;
  }
  const problems = dns1035Label(kind.toLowerCase());
  if (problems.length > 0)
    errors.push(
      invalidValue(field, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`),
    );
}
