import { messageOf } from '../apimachinery/errors.ts';

/** Something that the user can mend. Its message is all that is shown. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** One line, whatever went wrong: no stack trace ever reaches a user. */
export function lineOf(error: unknown): string {
  const message = messageOf(error);
  return message.replace(/\s*\n\s*/g, ' ').trim();
}
