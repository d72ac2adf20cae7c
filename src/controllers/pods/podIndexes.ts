import type { Informers } from '../../client/informers.ts';
import type { Pod } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { OwnedCache } from '../framework/ownedCache.ts';

const BY_NODE = 'node';

/** The cache of pods with the look-ups that controllers share: by controlling owner, without one, by node. */
export class PodCache extends OwnedCache<Pod> {
  constructor(informers: Informers) {
    super(informers, Pods);
    this.informer.addIndex(BY_NODE, (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []));
  }

  onNode(name: string): readonly Pod[] {
    return this.informer.byIndex(BY_NODE, name);
  }
}
