import type { Clock } from '../../clock/clock.ts';
import type { Store } from '../../store/store.ts';

/** Resolves as soon as something is stored under the key, and in any case after a time. */
export function untilStored(
  { store, clock }: { store: Store; clock: Clock },
  key: string,
  patienceMs: number,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const prefix = key.slice(0, key.lastIndexOf('/') + 1);
  const watch = store.watch(prefix, store.revision, (events) => {
    if (events.some((event) => event.key === key && event.stored)) resolve();
  });
  const cancel = clock.callIn(patienceMs, resolve);
  return promise.finally(() => {
    watch.stop();
    cancel();
  });
}
