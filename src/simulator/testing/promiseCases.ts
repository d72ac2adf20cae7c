import { describe, expect, test } from 'vitest';
import type { PromiseToKeep } from '../promises/promise.ts';
import { Story } from './story.ts';

/** Stories by what they tell. */
type Stories = Readonly<Record<string, (story: Story) => Story>>;

/** Tests a promise by stories that keep it and stories that break it. */
export function promiseCases(
  promise: PromiseToKeep,
  { kept, broken }: { kept: Stories; broken: Stories },
): void {
  describe(`"${promise.name}" is broken by`, () => {
    for (const [name, tell] of Object.entries(broken)) {
      test(name, () => expect(tell(new Story(promise)).complaint).toBeDefined());
    }
  });
  describe(`"${promise.name}" is kept by`, () => {
    for (const [name, tell] of Object.entries(kept)) {
      test(name, () => expect(tell(new Story(promise)).complaint).toBeUndefined());
    }
  });
}
