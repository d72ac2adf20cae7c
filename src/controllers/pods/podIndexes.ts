import { controllerOf } from '../../apimachinery/object.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import type { Pod } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';

const BY_CONTROLLER = 'controller';
const ORPHANS = 'orphans';
const BY_NODE = 'node';

/** The cache of pods with the look-ups that controllers share: by controlling owner, without one, by node. */
export class PodCache {
  readonly informer: Informer<Pod>;

  constructor(informers: Informers) {
    this.informer = informers
      .of(Pods)
      .addIndex(BY_CONTROLLER, (pod) => [controllerOf(pod)?.uid ?? ''])
      .addIndex(ORPHANS, (pod) => (controllerOf(pod) ? [] : [pod.metadata.namespace ?? '']))
      .addIndex(BY_NODE, (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []));
  }

  /** Pods whose controller has this uid. */
  controlledBy(uid: string): readonly Pod[] {
    return this.informer.byIndex(BY_CONTROLLER, uid);
  }

  /** Pods of the namespace that no controller owns. */
  orphansIn(namespace: string): readonly Pod[] {
    return this.informer.byIndex(ORPHANS, namespace);
  }

  onNode(name: string): readonly Pod[] {
    return this.informer.byIndex(BY_NODE, name);
  }
}
