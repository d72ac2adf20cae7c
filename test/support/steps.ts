import { describe, test } from 'vitest';

export type Step = (name: string, body: () => Promise<void>) => void;

/**
 * A walk of steps that build on each other: one after the other, and when one fails the rest is skipped.
 * Walks of the same file go side by side.
 */
export function walk(name: string, steps: (step: Step) => void): void {
  describe.concurrent(name, () => {
    let failed: string | undefined;
    steps((title, body) =>
      test(title, { concurrent: false }, async ({ skip }) => {
        skip(failed !== undefined, `because "${failed}" failed`);
        failed = title;
        await body();
        failed = undefined;
      }),
    );
  });
}
