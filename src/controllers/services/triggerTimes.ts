import { keyOf, nameOf, type ObjectKey } from '../../apimachinery/object.ts';
import type { Pod, Service } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';

/** On endpoints: when that happened which they were last changed for. Whoever reads them can tell how long it took. */
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

interface Known {
  readonly service: string;
  readonly pods: ReadonlyMap<string, string>;
}

/** Finds out what a change of endpoints was made for: the earliest of what has happened since the last look (upstream's TriggerTimeTracker). */
export class TriggerTimes {
  readonly #known = new Map<ObjectKey, Known>();

  /** When the first thing happened that was not known yet; undefined when there is no news. */
  next(service: Service, pods: readonly Pod[]): string | undefined {
    const key = keyOf(service);
    const before = this.#known.get(key);
    const created = service.metadata.creationTimestamp ?? '';
    const readiness = new Map(pods.map((pod) => [nameOf(pod), readySince(pod)]));
    this.#known.set(key, { service: created, pods: readiness });
    if (!before) return created || undefined;
    // Timestamps of one form compare as text.
    const news = [...readiness].flatMap(([name, since]) =>
      since > (before.pods.get(name) ?? '') ? [since] : [],
    );
    if (created > before.service) news.push(created);
    return news.toSorted()[0];
  }

  forget(key: ObjectKey): void {
    this.#known.delete(key);
  }
}

const readySince = (pod: Pod): string => conditionOf(pod, 'Ready')?.lastTransitionTime ?? '';

/** Annotations with the time, or without the one that was there. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> | undefined,
  time: string | undefined,
): Record<string, string> {
  const { [TRIGGER_TIME]: _, ...others } = annotations ?? {};
  return time === undefined ? others : { ...others, [TRIGGER_TIME]: time };
}
