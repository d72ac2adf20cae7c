import { messageOf } from '../../apimachinery/errors.ts';
import { objectKey, splitApiVersion, uidOf } from '../../apimachinery/object.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import type { CustomResourceDefinition, OwnerReference } from '../../generated/types.ts';
import { customScale } from '../../resources/customresource/customScale.ts';
import {
  isEstablished,
  servedVersionsOf,
  storedVersionOf,
} from '../../resources/customresourcedefinition/definitionStatus.ts';
import { CustomResourceDefinitions } from '../../resources/kinds.ts';
import { CustomTypes, customTypeOf } from '../framework/customTypes.ts';
import { notScalable, type Scale, unknown } from './scale.ts';

/** How many pods owners of custom kinds want, by the subresource `scale` of their definitions. */
export class CustomScales {
  readonly #informers: Informers;
  readonly #definitions: Informer<CustomResourceDefinition>;

  constructor(informers: Informers) {
    this.#informers = informers;
    this.#definitions = informers.of(CustomResourceDefinitions);
  }

  /** From then on the caches of all custom kinds are kept. */
  watch(): void {
    new CustomTypes(this.#informers).onServed(() => {});
  }

  /** Undefined for a kind that is not custom; `gone` for an owner that is not there. */
  of(owner: OwnerReference, namespace: string, gone: Scale): Scale | undefined {
    const definition = this.#definitions.list().find((candidate) => defines(candidate, owner));
    if (!definition) return undefined;
    const type = customTypeOf(definition);
    const paths = scaleOf(definition);
    if (!paths) return notScalable(type);
    const found = this.#informers.existing(type)?.get(objectKey(namespace, owner.name));
    if (!found || uidOf(found) !== owner.uid) return gone;
    try {
      return { kind: 'known', owner: owner.uid, replicas: customScale(paths).replicas(found) };
    } catch (error) {
      return unknown(messageOf(error));
    }
  }
}

/** Of the version in which objects are kept. */
const scaleOf = (definition: CustomResourceDefinition) =>
  definition.spec.versions.find(({ name }) => name === storedVersionOf(definition))?.subresources?.scale;

function defines(definition: CustomResourceDefinition, { apiVersion, kind }: OwnerReference): boolean {
  const { group, version } = splitApiVersion(apiVersion);
  const { spec } = definition;
  if (spec.group !== group || spec.names.kind !== kind || !isEstablished(definition)) return false;
  return servedVersionsOf(definition).some(({ name }) => name === version);
}
