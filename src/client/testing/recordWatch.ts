import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client, WatchChange, WatchRequest } from '../client.ts';

type ObjectChange<T> = Exclude<WatchChange<T>, { type: 'BOOKMARK' }>;

export interface RecordedWatch<T> {
  readonly changes: readonly ObjectChange<T>[];
  readonly hasEnded: boolean;
  readonly error: Error | undefined;
  /** Resolves when the condition holds after something was heard. */
  until(condition: () => boolean): Promise<void>;
  stop(): void;
}

/** A watch that remembers what it was told. */
export function recordWatch<T extends KubernetesObject>(
  client: Client,
  type: ResourceType<T>,
  request: WatchRequest,
): RecordedWatch<T> {
  const changes: ObjectChange<T>[] = [];
  const waiting: { condition: () => boolean; resolve: () => void }[] = [];
  let end: { error: Error | undefined } | undefined;
  const wake = () => {
    for (const { condition, resolve } of waiting) if (condition()) resolve();
  };
  const watch = client.watch(type, request, {
    onChanges: (heard) => {
      for (const change of heard) if (change.type !== 'BOOKMARK') changes.push(change);
      wake();
    },
    onEnd: (error) => {
      end = { error };
      wake();
    },
  });
  return {
    changes,
    get hasEnded() {
      return end !== undefined;
    },
    get error() {
      return end?.error;
    },
    until: (condition) =>
      condition() ? Promise.resolve() : new Promise((resolve) => waiting.push({ condition, resolve })),
    stop: () => watch.stop(),
  };
}
