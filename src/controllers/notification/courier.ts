/** A POST request that tells somebody something. */
export interface Letter {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How the receiver took it. */
export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** What `Retry-After` said: how long to wait, in milliseconds. */
      readonly retryAfterMs?: number;
    }
  /** No answer; `problem` names neither the URL nor a header. */
  | { readonly kind: 'unreachable'; readonly problem: string };

/** Carries letters. It follows no redirects, takes no longer than its limit, and throws nothing. */
export interface Courier {
  post(letter: Letter, signal: AbortSignal): Promise<Answer>;
}
