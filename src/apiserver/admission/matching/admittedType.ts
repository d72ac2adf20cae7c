import type { GroupVersion } from '../../../apimachinery/resourceType.ts';
import type { AdmissionRequest } from '../admission.ts';

/** A kind in one version of the API (`metav1.GroupVersionKind`). */
export interface GroupVersionKind extends GroupVersion {
  readonly kind: string;
}

/** A collection in one version of the API (`metav1.GroupVersionResource`). */
export interface GroupVersionResource extends GroupVersion {
  readonly resource: string;
}

/** What a request is about, in the words of one version of the API. */
export interface AdmittedType {
  readonly resource: GroupVersionResource;
  /** What is sent: of some subresources not the kind of the collection. */
  readonly kind: GroupVersionKind;
}

/** In the version that the client speaks. */
export const requestedType = (request: AdmissionRequest): AdmittedType =>
  typeIn(request, request.asked ?? request.resource);

/** In every version in which it is served, that of the client among them (upstream's EquivalentResourceRegistry). */
export function equivalentTypes(request: AdmissionRequest): readonly AdmittedType[] {
  const { resource } = request;
  const { group, custom, alternatives = [] } = resource;
  const versions: readonly GroupVersion[] = custom
    ? custom.servedVersions.map((version) => ({ group, version }))
    : [resource, ...alternatives];
  return versions.map((version) => typeIn(request, version));
}

export const isSameType = (one: AdmittedType, other: AdmittedType): boolean =>
  one.resource.group === other.resource.group && one.resource.version === other.resource.version;

const typeIn = (request: AdmissionRequest, { group, version }: GroupVersion): AdmittedType => ({
  resource: { group, version, resource: request.resource.plural },
  kind: sentKind(request) ?? { group, version, kind: request.resource.kind },
});

/** The kinds of what is sent to those subresources that have one of their own. */
const OF_SUBRESOURCES: Readonly<Record<string, GroupVersionKind>> = {
  attach: { group: '', version: 'v1', kind: 'PodAttachOptions' },
  binding: { group: '', version: 'v1', kind: 'Binding' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
  exec: { group: '', version: 'v1', kind: 'PodExecOptions' },
  portforward: { group: '', version: 'v1', kind: 'PodPortForwardOptions' },
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
};

/** Whether what is sent is no object of the collection, in no version. */
export const isSentApart = (request: AdmissionRequest): boolean => sentKind(request) !== undefined;

const sentKind = ({ subresource }: AdmissionRequest): GroupVersionKind | undefined =>
  subresource ? OF_SUBRESOURCES[subresource] : undefined;
