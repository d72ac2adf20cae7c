import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import type { CustomResourceDefinition } from '../../generated/types.ts';
import {
  isEstablished,
  servedVersionsOf,
  storedVersionOf,
} from '../../resources/customresourcedefinition/definitionStatus.ts';
import { CustomResourceDefinitions } from '../../resources/kinds.ts';

/** A custom kind, in the version that is stored. */
export interface CustomType extends ResourceType {
  /** All versions in which it is served. */
  readonly alternatives: readonly { readonly group: string; readonly version: string }[];
}

export function customTypeOf(definition: CustomResourceDefinition): CustomType {
  const { group, names, scope } = definition.spec;
  return {
    group,
    version: storedVersionOf(definition),
    kind: names.kind,
    plural: names.plural,
    namespaced: scope === 'Namespaced',
    alternatives: servedVersionsOf(definition).map(({ name: version }) => ({ group, version })),
  };
}

/** The custom kinds that are served, for controllers that look after objects of every kind. */
export class CustomTypes {
  readonly #informers: Informers;
  readonly #definitions: Informer<CustomResourceDefinition>;

  constructor(informers: Informers) {
    this.#informers = informers;
    this.#definitions = informers.of(CustomResourceDefinitions);
  }

  list(): readonly CustomType[] {
    return this.#definitions.list().filter(isEstablished).map(customTypeOf);
  }

  /** Tells of each kind as it comes, once; its informer is started behind that. It is stopped when the kind has gone. */
  onServed(onType: (type: CustomType) => void): void {
    const known = new Set<string>();
    this.#definitions.onChange(({ before, after }) => {
      const { uid = '' } = (after ?? before)!.metadata;
      if (after && isEstablished(after) && !known.has(uid)) {
        known.add(uid);
        const type = customTypeOf(after);
        onType(type);
        void this.#informers.of(type).start();
      } else if (!after && known.delete(uid)) this.#informers.drop(customTypeOf(before!));
    });
  }
}
