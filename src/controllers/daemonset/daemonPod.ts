import { nameOf } from '../../apimachinery/object.ts';
import type { DaemonSet, Node, Pod } from '../../generated/types.ts';
import { DaemonSets } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';
import { REVISION_HASH_LABEL } from '../framework/revisions.ts';
import { podFromTemplate } from '../pods/podFromTemplate.ts';
import { affinityTo, daemonTolerations } from './placement.ts';
import { sizedByNode } from './sizeByNode.ts';
import { TEMPLATE_GENERATION_ANNOTATION, TEMPLATE_GENERATION_LABEL } from './strategy.ts';

/**
 * The daemon for one node. The default scheduler binds it: its affinity names the node (KEP-548). `node` is undefined for one that is
 * gone.
 */
export function daemonPod(
  daemonSet: DaemonSet,
  nodeName: string,
  node: Node | undefined,
  revisionHash: string,
): Pod {
  const { template } = daemonSet.spec;
  const pod = podFromTemplate(
    template,
    daemonSet.metadata.namespace!,
    nameOf(daemonSet),
    controllerReference(DaemonSets, daemonSet),
  );
  const generation = daemonSet.metadata.annotations?.[TEMPLATE_GENERATION_ANNOTATION];
  pod.metadata.labels![REVISION_HASH_LABEL] = revisionHash;
  if (generation !== undefined) pod.metadata.labels![TEMPLATE_GENERATION_LABEL] = generation;
  pod.spec.tolerations = [...daemonTolerations(daemonSet)];
  pod.spec.affinity = affinityTo(nodeName, pod.spec.affinity);
  pod.spec = sizedByNode(pod.spec, daemonSet, node);
  return pod;
}
