import { keyOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Secret } from '../../generated/types.ts';
import { bootstrapTokenExpiry } from '../../resources/bootstrapToken.ts';
import { Secrets } from '../../resources/kinds.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from '../framework/controller.ts';

type Action = { readonly kind: 'delete' };

/** Deletes bootstrap tokens when they have expired (upstream's token cleaner). */
export class BootstrapTokenController implements Controller<Secret, Action> {
  readonly name = 'bootstraptoken';
  readonly #secrets: Informer<Secret>;

  constructor(context: ControllerContext) {
    this.#secrets = context.informers.of(Secrets);
  }

  watch(enqueue: (key: string) => void): void {
    this.#secrets.onChange(
      ({ after }) => after && bootstrapTokenExpiry(after) !== undefined && enqueue(keyOf(after)),
    );
  }

  observe(key: string): Secret | undefined {
    return this.#secrets.get(key);
  }

  plan(secret: Secret, now: EpochMs): Plan<Action> {
    const time = bootstrapTokenExpiry(secret);
    if (time === undefined) return inStages([]);
    return time <= now ? inStages([[{ kind: 'delete' }]]) : inStages<Action>([], time);
  }

  async execute(secret: Secret, _action: Action, client: Client): Promise<void> {
    const deletion = client.delete(Secrets, refOf(secret), { preconditions: { uid: uidOf(secret) } });
    await ignoreStatusError(deletion, 'NotFound', 'Conflict');
  }
}
