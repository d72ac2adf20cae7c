import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Resource } from '../../resources/resource.ts';
import type { User } from '../authentication/user.ts';

/** A write on its way to the store. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: Resource;
  readonly subresource?: string | undefined;
  readonly namespace: string | undefined;
  /** Not known yet while a name is to be generated. */
  readonly name: string | undefined;
  /** What is to be stored; of a binding or an eviction, its body. `admit` changes it in place. Absent in a deletion. */
  readonly object?: KubernetesObject;
  readonly stored?: KubernetesObject;
  readonly user: User;
}

/** Completes and judges writes. Both halves run on every try, so they must come to the same end each time. */
export interface AdmissionPlugin {
  /** Before a kind's own preparation and validation. */
  admit?(request: AdmissionRequest): void;
  /** After them: refuses by throwing a `StatusError`. */
  validate?(request: AdmissionRequest): void;
}

/** All plugins, asked in order. */
export class Admission implements AdmissionPlugin {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  admit(request: AdmissionRequest): void {
    for (const plugin of this.#plugins) plugin.admit?.(request);
  }

  validate(request: AdmissionRequest): void {
    for (const plugin of this.#plugins) plugin.validate?.(request);
  }
}
