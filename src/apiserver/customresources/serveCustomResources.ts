import { deepEqual } from '../../apimachinery/object.ts';
import type { CustomResourceDefinition } from '../../generated/types.ts';
import type { ConvertObjects } from '../../resources/customresource/conversion.ts';
import { customResources } from '../../resources/customresource/customResource.ts';
import {
  isEstablished,
  servedVersionsOf,
  storedVersionOf,
} from '../../resources/customresourcedefinition/definitionStatus.ts';
import { CustomResourceDefinitions } from '../../resources/kinds.ts';
import { follow } from '../authorization/followCollection.ts';
import type { KindTable } from '../http/kindTable.ts';
import type { Registry } from '../registry/registry.ts';
import type { WebhookClient } from '../webhooks/webhookClient.ts';
import { conversionWebhook } from './conversionWebhook.ts';

/** Serves custom kinds as the definitions in the store have it: each from when it is established until its definition is gone. */
export function serveCustomResources(registry: Registry, kinds: KindTable, webhooks: WebhookClient): void {
  const random = registry.parts.random.stream('conversion');
  const served = new Map<string, CustomResourceDefinition>();
  follow(registry.parts.store, CustomResourceDefinitions, (key, definition) => {
    const before = served.get(key);
    if (!definition || !isEstablished(definition)) {
      served.delete(key);
      if (before) withdraw(registry, kinds, before);
    } else {
      served.set(key, definition);
      if (before && !isOther(before, definition)) return;
      serve(registry, kinds, definition, conversionWebhook(definition, webhooks, random));
    }
  });
}

/** Most changes are of conditions, and change nothing of what is served. */
const isOther = (before: CustomResourceDefinition, after: CustomResourceDefinition): boolean =>
  before.metadata.uid !== after.metadata.uid ||
  before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
  !deepEqual(before.spec, after.spec) ||
  !deepEqual(before.status?.acceptedNames, after.status?.acceptedNames);

function serve(
  registry: Registry,
  kinds: KindTable,
  definition: CustomResourceDefinition,
  convert: ConvertObjects | undefined,
): void {
  const { group } = definition.spec;
  if (
    registry.resources.some(
      (builtIn) => builtIn.group === group && builtIn.plural === definition.spec.names.plural,
    )
  )
    return;
  const storedVersion = storedVersionOf(definition);
  const versions = customResources(definition, convert);
  const kept = versions.find(({ version }) => version === storedVersion);
  const names = new Set(servedVersionsOf(definition).map(({ name }) => name));
  if (kept) registry.keep(kept);
  kinds.setCustom(
    nameOf(definition),
    versions.filter(({ version }) => names.has(version)),
  );
}

function withdraw(registry: Registry, kinds: KindTable, definition: CustomResourceDefinition): void {
  const { group, names } = definition.spec;
  kinds.setCustom(nameOf(definition), []);
  registry.forget({ group, plural: names.plural });
}

const nameOf = ({ spec: { group, names } }: CustomResourceDefinition): string => `${names.plural}.${group}`;
