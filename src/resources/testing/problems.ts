import { errorMessage, type FieldError } from '../../apimachinery/fieldErrors.ts';

/** The errors as a user reads them, one a line. */
export const problems = (errors: readonly FieldError[]): string[] =>
  errors.map((error) => errorMessage(error));
