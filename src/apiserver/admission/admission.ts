import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Circumstances } from '../registry/requestContext.ts';

/** A write on its way to the store. */
export interface AdmissionRequest extends Circumstances {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly resource: Resource;
  readonly subresource?: string | undefined;
  readonly namespace: string | undefined;
  /** Not known yet while a name is to be generated. */
  readonly name: string | undefined;
  /** What is to be stored; of a binding or an eviction, its body; of a connection, what is asked for. `admit` and `mutate` change it in place. Absent in a deletion. */
  readonly object?: KubernetesObject | undefined;
  readonly stored?: KubernetesObject | undefined;
}

/**
 * Completes and judges writes. All but `prepare` and `settled` run on every try, in the order in which they stand here, so they must come to the
 * same end each time. What returns a promise is waited for; nothing is, where nobody has to wait.
 */
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
  /** For what takes time to change the object. `readmit` has every plugin `admit` what has become of it. */
  mutate?(request: AdmissionRequest, readmit: () => void): Promise<void> | undefined;
  /** When nobody changes the object any more: hands out what depends on all of it. */
  complete?(request: AdmissionRequest): void;
  /** After the kind's own preparation and validation: refuses by throwing a `StatusError`. */
  validate?(request: AdmissionRequest): void;
  /** For what takes time to judge. */
  review?(request: AdmissionRequest): Promise<void> | undefined;
  /** When all others have let it in, just before the store: what is counted here is not refused any more. */
  charge?(request: AdmissionRequest): void;
  /** After a creation that was charged, with its object: it is stored by now, and readers see it, or it will not be. */
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

  /** Undefined, as of `review`, when nobody wants to see the request. One after the other: each sees what the last one made of it. */
  mutate(request: AdmissionRequest): Promise<void> | undefined {
    const { mutating } = this.#concerned(request);
    let last: Promise<void> | undefined;
    for (const plugin of mutating) {
      const mutate = () => plugin.mutate(request, () => this.admit(request));
      last = last ? last.then(mutate) : mutate();
    }
    return last;
  }

  complete(request: AdmissionRequest): void {
    for (const plugin of this.#concerned(request).completing) plugin.complete(request);
  }

  validate(request: AdmissionRequest): void {
    for (const plugin of this.#concerned(request).validating) plugin.validate(request);
  }

  review(request: AdmissionRequest): Promise<void> | undefined {
    const waits = this.#concerned(request).reviewing.flatMap((plugin) => plugin.review(request) ?? []);
    return waits.length > 0 ? Promise.all(waits).then(() => undefined) : undefined;
  }

  charge(request: AdmissionRequest): void {
    for (const plugin of this.#concerned(request).charging) plugin.charge(request);
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
  readonly mutating: readonly With<'mutate'>[];
  readonly completing: readonly With<'complete'>[];
  readonly validating: readonly With<'validate'>[];
  readonly reviewing: readonly With<'review'>[];
  readonly charging: readonly With<'charge'>[];
  readonly settling: readonly With<'settled'>[];
}

const phasesOf = (plugins: readonly AdmissionPlugin[]): Phases => ({
  preparing: thoseWith('prepare', plugins),
  admitting: thoseWith('admit', plugins),
  mutating: thoseWith('mutate', plugins),
  completing: thoseWith('complete', plugins),
  validating: thoseWith('validate', plugins),
  reviewing: thoseWith('review', plugins),
  charging: thoseWith('charge', plugins),
  settling: thoseWith('settled', plugins),
});

const thoseWith = <Phase extends keyof AdmissionPlugin>(
  phase: Phase,
  plugins: readonly AdmissionPlugin[],
): readonly With<Phase>[] => plugins.filter((plugin): plugin is With<Phase> => plugin[phase] !== undefined);
