import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { GroupVersion } from '../../apimachinery/resourceType.ts';
import type { Resource } from '../../resources/resource.ts';
import type { User } from '../authentication/user.ts';

/** A write on its way to the store. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: Resource;
  readonly subresource?: string | undefined;
  /** The version of the API that the client speaks, where that is not the one of `resource`. */
  readonly asked?: GroupVersion | undefined;
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
  /** Whether it has a say about custom kinds too. Others know kinds by their names, which a custom kind may share. */
  readonly coversCustomKinds?: true;
  /**
   * Once, before the first try at a creation, with the object as it was sent: for what takes time, such as waiting for what is about to
   * be made. It may refuse.
   */
  prepare?(request: AdmissionRequest): Promise<void> | undefined;
  /** Before a kind's own preparation and validation. */
  admit?(request: AdmissionRequest): void;
  /** After them: refuses by throwing a `StatusError`. */
  validate?(request: AdmissionRequest): void;
  /** After a creation that was let in, with its object: it is stored by now, and readers see it, or it will not be. */
  settled?(object: KubernetesObject): void;
}

/** All plugins, asked in order: in each phase those that have a say in it. */
export class Admission implements AdmissionPlugin {
  readonly #ofBuiltIns: Phases;
  readonly #ofCustomKinds: Phases;

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#ofBuiltIns = phasesOf(plugins);
    this.#ofCustomKinds = phasesOf(plugins.filter(({ coversCustomKinds }) => coversCustomKinds));
  }

  /** Undefined, and no turn of the event loop lost, when nobody has to wait. */
  prepare(request: AdmissionRequest): Promise<void> | undefined {
    const waits = this.#concerned(request).preparing.flatMap((plugin) => plugin.prepare(request) ?? []);
    return waits.length > 0 ? Promise.all(waits).then(() => undefined) : undefined;
  }

  admit(request: AdmissionRequest): void {
    for (const plugin of this.#concerned(request).admitting) plugin.admit(request);
  }

  validate(request: AdmissionRequest): void {
    for (const plugin of this.#concerned(request).validating) plugin.validate(request);
  }

  settled(object: KubernetesObject): void {
    for (const plugin of this.#ofBuiltIns.settling) plugin.settled(object);
  }

  #concerned({ resource }: AdmissionRequest): Phases {
    return resource.custom ? this.#ofCustomKinds : this.#ofBuiltIns;
  }
}

type With<Phase extends keyof AdmissionPlugin> = AdmissionPlugin & Required<Pick<AdmissionPlugin, Phase>>;

interface Phases {
  readonly preparing: readonly With<'prepare'>[];
  readonly admitting: readonly With<'admit'>[];
  readonly validating: readonly With<'validate'>[];
  readonly settling: readonly With<'settled'>[];
}

const phasesOf = (plugins: readonly AdmissionPlugin[]): Phases => ({
  preparing: plugins.filter((plugin): plugin is With<'prepare'> => plugin.prepare !== undefined),
  admitting: plugins.filter((plugin): plugin is With<'admit'> => plugin.admit !== undefined),
  validating: plugins.filter((plugin): plugin is With<'validate'> => plugin.validate !== undefined),
  settling: plugins.filter((plugin): plugin is With<'settled'> => plugin.settled !== undefined),
});
