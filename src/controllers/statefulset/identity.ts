import { nameOf } from '../../apimachinery/object.ts';
import type { Pod, StatefulSet, StatefulSetSpec } from '../../generated/types.ts';
import { StatefulSets } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';
import { podFromTemplate } from '../pods/podFromTemplate.ts';

export const REVISION_LABEL = 'controller-revision-hash';
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

export const specOf = ({ spec }: StatefulSet): StatefulSetSpec => spec!;
export const wantedReplicas = (statefulSet: StatefulSet): number => specOf(statefulSet).replicas ?? 1;
/** The ordinal of the first pod (KEP-3335). */
export const startOrdinal = (statefulSet: StatefulSet): number => specOf(statefulSet).ordinals?.start ?? 0;

/** The ordinal in the pod's name; undefined when the name is not one that this StatefulSet gives. */
export function ordinalOf(statefulSet: StatefulSet, pod: Pod): number | undefined {
  const match = /^(.*)-(\d{1,9})$/.exec(nameOf(pod));
  return match?.[1] === nameOf(statefulSet) ? Number(match[2]) : undefined;
}

/** The pod of an ordinal, of a revision: its name, its host name and its labels tell which it is. */
export function statefulPod(statefulSet: StatefulSet, ordinal: number, revision: Revision): Pod {
  const name = `${nameOf(statefulSet)}-${ordinal}`;
  const pod = podFromTemplate(
    revision.template,
    statefulSet.metadata.namespace!,
    nameOf(statefulSet),
    controllerReference(StatefulSets, statefulSet),
  );
  const { generateName: _, ...metadata } = pod.metadata;
  pod.metadata = { ...metadata, name };
  Object.assign(pod.metadata.labels!, {
    [POD_NAME_LABEL]: name,
    [POD_INDEX_LABEL]: String(ordinal),
    [REVISION_LABEL]: revision.name,
  });
  const { serviceName, volumeClaimTemplates = [] } = specOf(statefulSet);
  pod.spec.hostname = name;
  if (serviceName) pod.spec.subdomain = serviceName;
  const claims = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  if (claims.size === 0) return pod;
  // There are no volume claims (the API warns of it): a directory that lives as long as the pod stands for each.
  pod.spec.volumes = [
    ...(pod.spec.volumes ?? []).filter((volume) => !claims.has(volume.name)),
    ...[...claims].map((name) => ({ name, emptyDir: {} })),
  ];
  return pod;
}

/** A revision as far as pods are concerned. */
export interface Revision {
  readonly name: string;
  readonly template: StatefulSetSpec['template'];
}
