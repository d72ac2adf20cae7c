import { type Selector, selectorFromLabels } from '../../apimachinery/labels.ts';
import { deepEqual, keyOf, type ObjectKey } from '../../apimachinery/object.ts';
import type { Change, Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import type { Pod, Service } from '../../generated/types.ts';
import { Pods, Services } from '../../resources/kinds.ts';
import { selectsPods } from './serviceFacts.ts';
import { isEndpointChange } from './servingPods.ts';

const NOBODY: ReadonlySet<ObjectKey> = new Set();

/**
 * The services that have pods, and which of them a pod concerns. Most pods of most clusters serve nobody: those cost one look into a table
 * for each of their labels, and nothing at all where no service selects anything.
 */
export class SelectingServices {
  readonly informer: Informer<Service>;
  readonly #pods: Informer<Pod>;
  /** By one of the labels that they ask for, with the namespace. */
  readonly #byLabel = new Map<string, Map<ObjectKey, Selector>>();

  constructor(informers: Informers) {
    this.informer = informers.of(Services);
    this.#pods = informers.of(Pods).addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  }

  /** Enqueues services that change, and those whose endpoints a change of a pod changes. */
  watch(enqueue: (key: ObjectKey) => void): void {
    this.informer.onChange(({ before, after }) => {
      if (before) this.#forget(before);
      if (after) this.#remember(after);
      enqueue(keyOf((after ?? before)!));
    });
    this.#pods.onChange((change) => {
      if (this.#byLabel.size > 0) for (const key of this.#concernedBy(change)) enqueue(key);
    });
  }

  /** The pods that a service selects, by name: two looks at the same pods see them in the same order. */
  podsOf({ metadata, spec }: Service): readonly Pod[] {
    const selector = selectorFromLabels(spec.selector);
    return this.#pods
      .byIndex('namespace', metadata.namespace ?? '')
      .filter((pod) => selector.matches(pod.metadata.labels ?? {}))
      .toSorted((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1));
  }

  #concernedBy({ before, after }: Change<Pod>): ReadonlySet<ObjectKey> {
    if (!before || !after) return this.#selecting((after ?? before)!);
    const isChanged = isEndpointChange(before, after);
    const isRelabelled =
      before.metadata.labels !== after.metadata.labels &&
      !deepEqual(before.metadata.labels, after.metadata.labels);
    if (!isRelabelled) return isChanged ? this.#selecting(after) : NOBODY;
    const were = this.#selecting(before);
    const are = this.#selecting(after);
    return isChanged ? were.union(are) : were.symmetricDifference(are);
  }

  #selecting({ metadata }: Pod): ReadonlySet<ObjectKey> {
    const found: ObjectKey[] = [];
    for (const key in metadata.labels) {
      const asking = this.#byLabel.get(labelKey(metadata.namespace, key, metadata.labels[key]!));
      for (const [service, selector] of asking ?? [])
        if (selector.matches(metadata.labels)) found.push(service);
    }
    return found.length > 0 ? new Set(found) : NOBODY;
  }

  #remember(service: Service): void {
    const label = askedLabel(service);
    if (label === undefined) return;
    const selector = selectorFromLabels(service.spec.selector);
    this.#byLabel.getOrInsertComputed(label, () => new Map()).set(keyOf(service), selector);
  }

  #forget(service: Service): void {
    const label = askedLabel(service);
    const asking = label === undefined ? undefined : this.#byLabel.get(label);
    asking?.delete(keyOf(service));
    if (asking?.size === 0) this.#byLabel.delete(label!);
  }
}

const labelKey = (namespace: string | undefined, key: string, value: string): string =>
  `${namespace}/${key}=${value}`;

/** Any of the labels that a service asks for: a pod without it is not meant. */
function askedLabel(service: Service): string | undefined {
  if (!selectsPods(service)) return undefined;
  const [[key, value]] = Object.entries(service.spec.selector!) as [[string, string]];
  return labelKey(service.metadata.namespace, key, value);
}
