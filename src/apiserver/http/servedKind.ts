import type { KubernetesObject } from '../../apimachinery/object.ts';
import { apiVersionOf } from '../../apimachinery/object.ts';
import { type Definition, definitionOf } from '../../apimachinery/schema/schema.ts';
import type { Alternative, Resource } from '../../resources/resource.ts';
import type { Stored } from '../../store/store.ts';

/** A kind in one version of the API: how it is read, and how it is shown. */
export class ServedKind {
  readonly resource: Resource;
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly deprecation: string | undefined;
  readonly #alternative: Alternative | undefined;

  constructor(resource: Resource, alternative?: Alternative) {
    this.resource = resource;
    this.group = alternative?.group ?? resource.group;
    this.version = alternative?.version ?? resource.version;
    this.apiVersion = apiVersionOf(this.group, this.version);
    this.deprecation = (alternative ?? resource).deprecation;
    this.#alternative = alternative;
  }

  /** Older versions that the schema does not know have the structure of the stored one. */
  get definition(): Definition {
    const { group, version, kind, custom } = this.resource;
    if (custom) return custom.definition;
    return definitionOf(this.group, this.version, kind) ?? definitionOf(group, version, kind)!;
  }

  toStored(object: KubernetesObject): KubernetesObject {
    return this.#alternative?.toStored?.(object) ?? object;
  }

  fromStored(object: KubernetesObject): KubernetesObject {
    if (this.resource.custom) return this.resource.custom.show(object);
    if (!this.#alternative) return object;
    const shown = this.#alternative.fromStored?.(object) ?? object;
    return { ...shown, apiVersion: this.apiVersion };
  }

  /** The text of an object in this version. */
  jsonOf(stored: Stored): string {
    const shown = this.fromStored(stored.object);
    return shown === stored.object ? stored.json : JSON.stringify(shown);
  }
}
