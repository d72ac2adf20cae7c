import { type KubernetesObject, nameOf } from '../../../apimachinery/object.ts';
import type { ResourceType } from '../../../apimachinery/resourceType.ts';
import type { WebhookConfiguration } from '../../../resources/admissionregistration/webhookConfiguration.ts';
import type { Webhook } from '../../../resources/admissionregistration/webhookValidation.ts';
import type { Store } from '../../../store/store.ts';
import { follow } from '../../authorization/followCollection.ts';
import { MatchConditions } from '../cel/matchConditions.ts';

/** A webhook of one of the configurations. */
export interface ConfiguredWebhook {
  /** Names may repeat in different configurations. */
  readonly id: string;
  readonly webhook: Webhook;
  /** Absent of most: nothing is compiled for them. */
  readonly conditions: MatchConditions | undefined;
}

/** The webhooks of all configurations of one kind, as they are committed: a write that follows such a commit is seen by them. */
export class ConfiguredWebhooks {
  readonly #byKey = new Map<string, WebhookConfiguration>();
  #inOrder: readonly ConfiguredWebhook[] = [];

  constructor(store: Store, type: ResourceType) {
    follow(store, type, (key, configuration) => this.#note(key, configuration));
  }

  /** By the names of their configurations, and in these as they stand there. */
  get inOrder(): readonly ConfiguredWebhook[] {
    return this.#inOrder;
  }

  #note(key: string, configuration: KubernetesObject | undefined): void {
    if (configuration) this.#byKey.set(key, configuration);
    else this.#byKey.delete(key);
    const configurations = [...this.#byKey.values()].toSorted(byName);
    this.#inOrder = configurations.flatMap(webhooksOf);
  }
}

const byName = (a: KubernetesObject, b: KubernetesObject): number => (nameOf(a) < nameOf(b) ? -1 : 1);

const webhooksOf = (configuration: WebhookConfiguration): ConfiguredWebhook[] =>
  (configuration.webhooks ?? []).map((webhook, index) => ({
    id: `${nameOf(configuration)}/${webhook.name}/${index}`,
    webhook,
    conditions: webhook.matchConditions?.length
      ? new MatchConditions(webhook.matchConditions, webhook.failurePolicy)
      : undefined,
  }));
