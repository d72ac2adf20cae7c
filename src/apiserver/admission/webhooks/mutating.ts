import { deepCopy, deepEqual } from '../../../apimachinery/object.ts';
import type { AdmissionRequest } from '../admission.ts';
import { Reinvocation } from '../matching/reinvocation.ts';
import type { ConfiguredWebhook } from './configuredWebhooks.ts';
import { patchedObject, takeBack } from './patchedObject.ts';
import { shownBack, shownObjects } from './shownObjects.ts';
import type { Invocation, WebhookCaller } from './webhookCaller.ts';

/** How a webhook wants to be asked about the request as it is now; undefined when it does not. */
export type Match = (webhook: ConfiguredWebhook, request: AdmissionRequest) => Invocation | undefined;

/**
 * One request's way through the mutating webhooks: one after the other, each sees what the last one left. Once one of them has changed the
 * object, the plugins look at it again, and so do webhooks with `IfNeeded` that saw it before the change; none is asked a third time.
 */
export class Mutation {
  readonly #webhooks: readonly ConfiguredWebhook[];
  readonly #request: AdmissionRequest;
  readonly #match: Match;
  readonly #caller: WebhookCaller;
  readonly #reinvocation = new Reinvocation<string>();

  constructor(
    webhooks: readonly ConfiguredWebhook[],
    request: AdmissionRequest,
    match: Match,
    caller: WebhookCaller,
  ) {
    this.#webhooks = webhooks;
    this.#request = request;
    this.#match = match;
    this.#caller = caller;
  }

  async run(readmit: () => void): Promise<void> {
    const isChanged = await this.#round(() => true);
    if (!isChanged) return;
    const left = deepCopy(this.#request.object);
    readmit();
    if (!deepEqual(left, this.#request.object)) this.#reinvocation.noteChange();
    await this.#round((id) => this.#reinvocation.isDue(id));
  }

  /** Whether the object is another one now. */
  async #round(isDue: (id: string) => boolean): Promise<boolean> {
    let isChanged = false;
    for (const each of this.#webhooks) {
      if (!isDue(each.id)) continue;
      const invocation = this.#match(each, this.#request);
      if (!invocation) continue;
      if (await this.#invoke(invocation)) {
        isChanged = true;
        this.#reinvocation.noteChange();
      }
      if (each.webhook.reinvocationPolicy === 'IfNeeded') this.#reinvocation.noteAsked(each.id);
    }
    return isChanged;
  }

  async #invoke(invocation: Invocation): Promise<boolean> {
    const { webhook, type } = invocation;
    const shown = await shownObjects(this.#request, type);
    const { object } = shown;
    const verdict = await this.#caller.ask(invocation, this.#request, shown, true);
    if (!verdict) return false;
    const next = patchedObject(webhook.name, this.#request, type, object, verdict.patch);
    if (!next || deepEqual(next, object)) return false;
    takeBack(this.#request, type, await shownBack(this.#request, type, next));
    return true;
  }
}
