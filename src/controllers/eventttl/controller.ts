import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { CoreV1Event } from '../../generated/types.ts';
import { Events } from '../../resources/kinds.ts';
import { type Controller, inStages, type Plan } from '../framework/controller.ts';

/** Events are kept for an hour after they last happened (`--event-ttl`). */
const TTL_MS = 3_600_000;
const PERIOD_MS = 300_000;

type Action = { readonly kind: 'sweep'; readonly olderThan: EpochMs };

/** Deletes events that are an hour old. Upstream has etcd expire them; a store without leases needs a broom. */
export class EventTtlController implements Controller<true, Action> {
  readonly name = 'eventttl';

  watch(enqueue: (key: string) => void): void {
    enqueue('events');
  }

  observe(): true {
    return true;
  }

  plan(_seen: true, now: EpochMs): Plan<Action> {
    return inStages([[{ kind: 'sweep', olderThan: now - TTL_MS }]], now + PERIOD_MS);
  }

  async execute(_seen: true, { olderThan }: Action, client: Client): Promise<void> {
    const { items } = await client.list(Events);
    await Promise.all(
      items
        .filter((event) => lastSeen(event) < olderThan)
        .map((event) => ignoreStatusError(client.delete(Events, refOf(event)), 'NotFound')),
    );
  }
}

const lastSeen = ({ lastTimestamp, eventTime, series, metadata }: CoreV1Event): EpochMs =>
  Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '');
