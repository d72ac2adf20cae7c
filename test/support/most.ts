import type { Json } from './api.ts';
import type { RecordedEvent } from './recording.ts';

/** The largest value of a measure over every state that the pods went through since that event. */
export function most(
  events: readonly RecordedEvent[],
  measure: (pods: Json[], at: number) => number,
  from = 0,
): number {
  const pods = new Map<string, Json>();
  let largest = 0;
  events.forEach(({ type, object, at }, index) => {
    if (type === 'DELETED') pods.delete(object.metadata.uid);
    else pods.set(object.metadata.uid, object);
    if (index >= from) largest = Math.max(largest, measure([...pods.values()], at));
  });
  return largest;
}
