import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CoreV1Event } from '../../generated/types.ts';
import { Events } from '../../resources/kinds.ts';
import { type Controller, inStages, type Plan } from '../framework/controller.ts';

/** Events are kept for an hour after they last happened (`--event-ttl`). */
const TTL_MS = 3_600_000;
const PERIOD_MS = 300_000;

type Action = { readonly kind: 'sweep'; readonly olderThan: string };

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
    return inStages([[{ kind: 'sweep', olderThan: toTheSecond(timestamp(now - TTL_MS)) }]], now + PERIOD_MS);
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

/** The API keeps times in UTC, in which the earlier is the lesser text; and there may be many. */
const lastSeen = ({ lastTimestamp, eventTime, series, metadata }: CoreV1Event): string =>
  toTheSecond(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '');

/** `2026-11-24T01:02:03`, whatever fraction of a second follows. */
const toTheSecond = (time: string): string => time.slice(0, 19);
