import { forbidden } from '../../../apimachinery/errors.ts';
import type { ResourceType } from '../../../apimachinery/resourceType.ts';
import {
  MutatingWebhookConfigurations,
  Namespaces,
  ValidatingWebhookConfigurations,
} from '../../../resources/kinds.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { Registry } from '../../registry/registry.ts';
import { storageKey } from '../../registry/target.ts';
import type { WebhookClient } from '../../webhooks/webhookClient.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../admission.ts';
import { CelRequest } from '../cel/celRequest.ts';
import { isExempt } from '../matching/isExempt.ts';
import { matchRequest } from '../matching/matchRequest.ts';
import { type ConfiguredWebhook, ConfiguredWebhooks } from './configuredWebhooks.ts';
import { Mutation } from './mutating.ts';
import { shownObjects } from './shownObjects.ts';
import { type Invocation, WebhookCaller } from './webhookCaller.ts';

/**
 * Upstream's MutatingAdmissionWebhook and ValidatingAdmissionWebhook. A request that no webhook wants to see passes without a promise; so
 * does every request while there are no configurations.
 */
export class WebhookAdmission implements AdmissionPlugin {
  readonly coversCustomKinds = true;
  readonly #registry: () => Registry;
  readonly #authorizer: () => Authorizer;
  readonly #client: WebhookClient;
  #started: Started | undefined;

  constructor(registry: () => Registry, authorizer: () => Authorizer, client: WebhookClient) {
    this.#registry = registry;
    this.#authorizer = authorizer;
    this.#client = client;
  }

  mutate(request: AdmissionRequest, readmit: () => void): Promise<void> | undefined {
    const { mutating, caller } = this.#parts();
    const webhooks = mutating.inOrder;
    if (webhooks.length === 0 || isExempt(request)) return undefined;
    const match = (each: ConfiguredWebhook, now: AdmissionRequest) => this.#match(each, now);
    // Until the first is asked, all see the same.
    const first = webhooks.findIndex((each) => match(each, request) !== undefined);
    if (first < 0) return undefined;
    return new Mutation(webhooks.slice(first), request, match, caller).run(readmit);
  }

  review(request: AdmissionRequest): Promise<void> | undefined {
    const { validating } = this.#parts();
    if (validating.inOrder.length === 0 || isExempt(request)) return undefined;
    const invocations = validating.inOrder.flatMap((each) => this.#match(each, request) ?? []);
    return invocations.length > 0 ? this.#askAll(invocations, request) : undefined;
  }

  /** At the same time. Where several refuse, the first in order is told. */
  async #askAll(invocations: readonly Invocation[], request: AdmissionRequest): Promise<void> {
    const { caller } = this.#parts();
    const answers = invocations.map(async (invocation) =>
      caller.ask(invocation, request, await shownObjects(request, invocation.type), false),
    );
    for (const answer of await Promise.allSettled(answers))
      if (answer.status === 'rejected') throw answer.reason;
  }

  /** Throws 403 where a condition cannot be carried out and nothing may pass unseen. */
  #match({ id, webhook, conditions }: ConfiguredWebhook, request: AdmissionRequest): Invocation | undefined {
    const { store } = this.#registry().parts;
    const type = matchRequest(
      webhook,
      request,
      (name) => store.get(storageKey(Namespaces, undefined, name))?.object,
    );
    if (!type || !conditions) return type && { id, webhook, type };
    const outcome = conditions.match(new CelRequest(request, this.#authorizer(), type));
    if (outcome.kind === 'error') throw forbidden(request.resource, request.name ?? '', outcome.message);
    return outcome.kind === 'matches' ? { id, webhook, type } : undefined;
  }

  /** The registry is there when the first request is. */
  #parts(): Started {
    this.#started ??= startedOn(this.#registry(), this.#client);
    return this.#started;
  }
}

interface Started {
  readonly mutating: ConfiguredWebhooks;
  readonly validating: ConfiguredWebhooks;
  readonly caller: WebhookCaller;
}

function startedOn({ parts: { store, random } }: Registry, client: WebhookClient): Started {
  const of = (type: ResourceType) => new ConfiguredWebhooks(store, type);
  return {
    mutating: of(MutatingWebhookConfigurations),
    validating: of(ValidatingWebhookConfigurations),
    caller: new WebhookCaller(client, random.stream('webhooks')),
  };
}
