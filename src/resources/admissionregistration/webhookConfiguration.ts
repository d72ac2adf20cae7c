import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../../generated/types.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { MutatingWebhookConfigurations, ValidatingWebhookConfigurations } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { validateWebhooks, type Webhook } from './webhookValidation.ts';

/** A configuration of either kind. */
export interface WebhookConfiguration extends KubernetesObject {
  webhooks?: Webhook[];
}

const TIMEOUT_SECONDS = 10;
const HTTPS_PORT = 443;

function setDefaults(webhook: Webhook): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= TIMEOUT_SECONDS;
  for (const rule of webhook.rules ?? []) rule.scope ??= '*';
  const { service } = webhook.clientConfig ?? {};
  if (service) service.port ??= HTTPS_PORT;
}

/** What both kinds have. */
const shared = {
  categories: ['api-extensions'],
  hasGeneration: true,
  requiresResourceVersion: true,
  prepareUpdate(next: WebhookConfiguration, stored: WebhookConfiguration): void {
    if (semanticEqual(next.webhooks, stored.webhooks)) return;
    next.metadata.generation = (stored.metadata.generation ?? 0) + 1;
  },
  validate: ({ webhooks }: WebhookConfiguration) => validateWebhooks(webhooks),
  validateUpdate: ({ webhooks }: WebhookConfiguration) => validateWebhooks(webhooks),
  columns: [
    nameColumn,
    {
      name: 'Webhooks',
      type: 'integer',
      description: 'How many webhooks the configuration has.',
      cell: ({ webhooks = [] }: WebhookConfiguration) => webhooks.length,
    },
    ageColumn,
  ],
} as const;

export const validatingWebhookConfigurations: Resource<ValidatingWebhookConfiguration> = {
  ...ValidatingWebhookConfigurations,
  singular: 'validatingwebhookconfiguration',
  ...shared,
  setDefaults({ webhooks }) {
    for (const webhook of webhooks ?? []) setDefaults(webhook);
  },
};

export const mutatingWebhookConfigurations: Resource<MutatingWebhookConfiguration> = {
  ...MutatingWebhookConfigurations,
  singular: 'mutatingwebhookconfiguration',
  ...shared,
  setDefaults({ webhooks }) {
    for (const webhook of webhooks ?? []) {
      setDefaults(webhook);
      webhook.reinvocationPolicy ??= 'Never';
    }
  },
};
