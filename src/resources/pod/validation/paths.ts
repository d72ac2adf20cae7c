import { type FieldError, invalidValue } from '../../../apimachinery/fieldErrors.ts';

/** No `..` among the path's parts. */
export function checkNoBacksteps(errors: FieldError[], field: string, path: string): void {
  if (hasBackstep(path)) errors.push(invalidValue(field, path, "must not contain '..'"));
}

export const hasBackstep = (path: string): boolean => path.includes('..') && path.split('/').includes('..');

/** Relative, and never upwards. */
export function checkLocalDescendingPath(errors: FieldError[], field: string, path: string): void {
  if (path.startsWith('/')) errors.push(invalidValue(field, path, 'must be a relative path'));
  checkNoBacksteps(errors, field, path);
}

/** Nor may it begin with `..`, which volumes keep for themselves. */
export function checkLocalNonReservedPath(errors: FieldError[], field: string, path: string): void {
  checkLocalDescendingPath(errors, field, path);
  if (path.startsWith('..') && !path.startsWith('../')) {
    errors.push(invalidValue(field, path, "must not start with '..'"));
  }
}
