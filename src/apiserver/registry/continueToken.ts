import { badRequest, StatusError } from '../../apimachinery/errors.ts';
import type { Status } from '../../generated/types.ts';

/** Where a list that was cut goes on. */
export interface ContinueToken {
  /** The state that the first page showed; -1 when the client gave up on that and goes on with the present. */
  readonly revision: number;
  /** The key of the last item so far, within the collection. */
  readonly after: string;
}

const TOKEN_VERSION = 'meta.k8s.io/v1';
const PRESENT = -1;

/** Opaque to clients; in the shape that upstream gives it. */
export const encodeContinue = ({ revision, after }: ContinueToken): string =>
  Buffer.from(JSON.stringify({ v: TOKEN_VERSION, rv: revision, start: `${after}\u0000` })).toString(
    'base64url',
  );

/** Throws 400 for anything that `encodeContinue` does not make. */
export function decodeContinue(text: string): ContinueToken {
  const { v, rv, start } = parse(text);
  if (v !== TOKEN_VERSION) {
    throw badRequest(
      `continue key is not valid: server does not recognize this encoded version ${JSON.stringify(v ?? '')}`,
    );
  }
  if (!Number.isSafeInteger(rv) || rv === 0 || typeof start !== 'string' || !start.endsWith('\0')) {
    throw badRequest(
      'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    );
  }
  return { revision: rv as number, after: start.slice(0, -1) };
}

function parse(text: string): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof token === 'object' && token !== null) return token;
  } catch {}
  throw badRequest('continue key is not valid: illegal base64 data');
}

/** The state that the list began with is gone. Carries a token that goes on with what there is now. */
export class ContinueExpiredError extends StatusError {
  readonly #continue: string;

  constructor({ after }: ContinueToken) {
    super(
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the ' +
        'continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing ' +
        'with the provided token results in an inconsistent list - objects that were created, modified, or deleted between ' +
        'the time the first chunk was returned and now may show up in the list.',
    );
    this.#continue = encodeContinue({ revision: PRESENT, after });
  }

  override toStatus(): Status {
    return { ...super.toStatus(), metadata: { continue: this.#continue } };
  }
}
