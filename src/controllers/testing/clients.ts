import type { Client } from '../../client/client.ts';
import { clientWith } from '../../client/clientWith.ts';
import type { Clock } from '../../clock/clock.ts';

/** A client that calls `afterWrite` when a write was carried out; what that throws, the caller gets instead of the answer. */
export function withWriteHook(client: Client, afterWrite: () => void, beforeCall: () => void = () => {}) {
  const writing =
    <Args extends unknown[], Answer>(write: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      beforeCall();
      const answer = await write(...args);
      afterWrite();
      return answer;
    };
  return clientWith(client, {
    create: writing(client.create.bind(client)) as Client['create'],
    update: writing(client.update.bind(client)) as Client['update'],
    patch: writing(client.patch.bind(client)) as Client['patch'],
    delete: writing(client.delete.bind(client)) as Client['delete'],
  });
}

/** A client whose watches tell of everything later. */
export const withLag = (client: Client, clock: Clock, lagMs: number): Client =>
  clientWith(client, {
    watch: (type, options, handler) =>
      client.watch(type, options, {
        onChanges: (changes) => void clock.callIn(lagMs, () => handler.onChanges(changes)),
        onEnd: (error) => handler.onEnd(error),
      }),
  });
