import { nameOf } from '../../apimachinery/object.ts';
import type { Pod, PodTemplateSpec, StatefulSet, Volume } from '../../generated/types.ts';
import { StatefulSets } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';
import { REVISION_HASH_LABEL } from '../framework/revisions.ts';
import { podFromTemplate } from '../pods/podFromTemplate.ts';

const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
/** KEP-4017 */
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

const MEMBER_NAME = /^(.*)-(\d+)$/;

/** The number in a pod's name; -1 when it has none. */
export const ordinalOf = (pod: Pod): number => Number(MEMBER_NAME.exec(nameOf(pod))?.[2] ?? -1);

/** Whether a pod is called as those of the StatefulSet are. */
export const isMemberOf = (statefulSet: StatefulSet, pod: Pod): boolean =>
  MEMBER_NAME.exec(nameOf(pod))?.[1] === nameOf(statefulSet);

/** The ordinals that the StatefulSet wants, from `start` to before `end` (KEP-3335). */
export function ordinalRange({ spec }: StatefulSet): { start: number; end: number } {
  const start = spec?.ordinals?.start ?? 0;
  return { start, end: start + (spec?.replicas ?? 1) };
}

/** The revision that a pod is of: its name. */
export const revisionOfPod = (pod: Pod): string => pod.metadata.labels?.[REVISION_HASH_LABEL] ?? '';

/** The labels that tell who a pod is. */
export const identityLabels = (name: string): Record<string, string> => ({
  [POD_NAME_LABEL]: name,
  [POD_INDEX_LABEL]: MEMBER_NAME.exec(name)?.[2] ?? '',
});

export const hasItsLabels = (pod: Pod): boolean =>
  Object.entries(identityLabels(nameOf(pod))).every(([key, value]) => pod.metadata.labels?.[key] === value);

/** The pod of an ordinal. */
export function memberPod(
  statefulSet: StatefulSet,
  template: PodTemplateSpec,
  revision: string,
  ordinal: number,
): Pod {
  const { namespace = '' } = statefulSet.metadata;
  const name = `${nameOf(statefulSet)}-${ordinal}`;
  const reference = controllerReference(StatefulSets, statefulSet);
  const pod = podFromTemplate(template, namespace, nameOf(statefulSet), reference);
  const labels = { ...pod.metadata.labels, ...identityLabels(name), [REVISION_HASH_LABEL]: revision };
  const { serviceName } = statefulSet.spec!;
  const volumes = volumesOf(statefulSet, pod.spec.volumes);
  return {
    ...pod,
    metadata: { ...pod.metadata, name, labels },
    spec: {
      ...pod.spec,
      hostname: name,
      ...(serviceName && { subdomain: serviceName }),
      ...(volumes && { volumes }),
    },
  };
}

/** There are no volume claims: a volume that ends with the pod stands in for each. */
function volumesOf({ spec }: StatefulSet, own: readonly Volume[] | undefined): Volume[] | undefined {
  const names = claimNames(spec);
  if (names.length === 0) return own && [...own];
  const others = (own ?? []).filter(({ name }) => !names.includes(name));
  return [...names.map((name) => ({ name, emptyDir: {} })), ...others];
}

export const claimNames = (spec: StatefulSet['spec']): readonly string[] =>
  (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '');
