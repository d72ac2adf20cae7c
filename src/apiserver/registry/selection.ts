import { badRequest } from '../../apimachinery/errors.ts';
import { type FieldSelector, parseFieldSelector } from '../../apimachinery/fields.ts';
import { everything, parseLabelSelector, type Selector } from '../../apimachinery/labels.ts';
import { type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Scope } from './target.ts';

/** The texts of a request's selectors. */
export interface Selectors {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Which objects of a collection a list or a watch is about. */
export class Selection {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  /** Whether nothing is left out of the namespace, or of the collection. */
  readonly isWhole: boolean;
  readonly #labels: Selector;
  readonly #fields: FieldSelector;

  constructor({ resource, namespace }: Scope, { labelSelector, fieldSelector }: Selectors) {
    this.resource = resource;
    this.#labels = labelSelector ? parseLabelSelector(labelSelector) : everything;
    this.#fields = parseFieldSelector(fieldSelector ?? '');
    checkFields(resource, this.#fields);
    const scope = namespace || this.#fields.exactValue('metadata.namespace');
    this.namespace = resource.namespaced ? scope : undefined;
    this.isWhole = this.#labels.isEmpty && this.#fields.isEmpty;
  }

  /** The only value that a field of a selected object can have, if there is one. */
  exactValue(field: string): string | undefined {
    return this.#fields.exactValue(field);
  }

  /** Whether this object is selected, given that it is of the right collection and namespace. */
  matches(object: KubernetesObject): boolean {
    if (this.isWhole) return true;
    return (
      this.#labels.matches(object.metadata.labels) &&
      (this.#fields.isEmpty || this.#fields.matches((field) => fieldOf(this.resource, object, field)))
    );
  }
}

/** The value of a selectable field. */
export function fieldOf(resource: Resource, object: KubernetesObject, field: string): string | undefined {
  if (field === 'metadata.name') return nameOf(object);
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return Object.hasOwn(resource.selectableFields ?? {}, field)
    ? resource.selectableFields![field]!(object)
    : undefined;
}

function checkFields(resource: Resource, { requirements }: FieldSelector): void {
  for (const { field } of requirements) {
    if (field === 'metadata.name' || (field === 'metadata.namespace' && resource.namespaced)) continue;
    if (Object.hasOwn(resource.selectableFields ?? {}, field)) continue;
    throw badRequest(
      resource.selectableFields
        ? `field label not supported: ${field}`
        : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
}
