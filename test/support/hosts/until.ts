import { delay } from '../../../src/clock/clock.ts';
import { clock, type Waiting } from '../waiting.ts';

const LOOK_EVERY_MS = 100;
const DEFAULT_WITHIN_MS = 60_000;

/** Waits until something that can only be looked at is so. Text tells what is still in the way. */
export async function until(
  what: string,
  isSo: () => Promise<boolean | string>,
  { withinMs = DEFAULT_WITHIN_MS }: Waiting = {},
): Promise<void> {
  const deadline = clock.now() + withinMs;
  for (;;) {
    const answer = await isSo();
    if (answer === true) return;
    if (clock.now() > deadline)
      throw new Error(`Waited ${withinMs / 1000} s until ${what}${answer ? `; now: ${answer}` : ''}`);
    await delay(clock, LOOK_EVERY_MS);
  }
}
