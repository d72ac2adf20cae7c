import { nameOf, splitApiVersion } from '../apimachinery/object.ts';
import type { Client } from '../client/client.ts';
import { type CustomType, customTypeOf } from '../controllers/framework/customTypes.ts';
import type { CustomResourceDefinition } from '../generated/types.ts';
import { conditionOf } from '../resources/conditions.ts';
import { isEstablished } from '../resources/customresourcedefinition/definitionStatus.ts';
import { CustomResourceDefinitions } from '../resources/kinds.ts';

/** The custom kind that is served under this version and name, in that version, or undefined. */
export async function customTypeNamed(
  client: Client,
  apiVersion: string,
  kind: string,
): Promise<CustomType | undefined> {
  const { group, version } = splitApiVersion(apiVersion);
  const { items } = await client.list(CustomResourceDefinitions);
  const found = items.find(
    (definition) =>
      definition.spec.group === group &&
      definition.spec.names.kind === kind &&
      isEstablished(definition) &&
      customTypeOf(definition).alternatives.some((served) => served.version === version),
  );
  return found && { ...customTypeOf(found), version };
}

/** The custom kind that kubectl would take this for: a plural, singular, kind or short name, with or without its group. */
export async function customTypeCalled(client: Client, text: string): Promise<CustomType | undefined> {
  const [name = '', ...group] = text.toLowerCase().split('.');
  const { items } = await client.list(CustomResourceDefinitions);
  const found = items.filter(isEstablished).find(({ spec, status }) => {
    const { plural, singular, kind, shortNames = [] } = status?.acceptedNames ?? spec.names;
    const isCalledSo = [plural, singular, kind.toLowerCase(), ...shortNames].includes(name);
    return isCalledSo && (group.length === 0 || spec.group === group.join('.'));
  });
  return found && customTypeOf(found);
}

/** Resolves when the kind of a definition is served. Rejects when another has its names. */
export async function untilEstablished(client: Client, applied: CustomResourceDefinition): Promise<void> {
  let definition = applied;
  while (!isEstablished(definition)) {
    const accepted = conditionOf(definition, 'NamesAccepted');
    if (accepted?.status === 'False')
      throw new Error(`The kind of ${nameOf(definition)} is not served: ${accepted.message}`);
    await nextChange(client, definition);
    definition = await client.get(CustomResourceDefinitions, { name: nameOf(applied) });
  }
}

function nextChange(client: Client, { metadata }: CustomResourceDefinition): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const watch = client.watch(
    CustomResourceDefinitions,
    { fieldSelector: `metadata.name=${metadata.name}`, resourceVersion: metadata.resourceVersion ?? '' },
    { onChanges: () => resolve(), onEnd: (error) => (error ? reject(error) : resolve()) },
  );
  return promise.finally(() => watch.stop());
}
