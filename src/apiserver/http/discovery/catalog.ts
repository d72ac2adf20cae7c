import { createHash } from 'node:crypto';
import { apiVersionOf } from '../../../apimachinery/object.ts';
import type { Resource } from '../../../resources/resource.ts';
import type { ServedResource, ServedSubresource } from '../../openapi/servedResource.ts';
import { hasSubresource, SUBRESOURCES } from '../../registry/endpointRules.ts';
import type { ServedKind } from '../servedKind.ts';

/** All that the server knows of a resource in one version, for discovery and OpenAPI. */
export interface CatalogResource extends ServedResource {
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly CatalogSubresource[];
  /** Tells of the version in which it is stored; absent of what is not. */
  readonly storageVersionHash?: string;
}

export interface CatalogSubresource extends ServedSubresource {
  /** Of its kind, where they are not those of the resource. */
  readonly group?: string;
  readonly version?: string;
}

/** A record that is answered and never kept: what discovery says of it. */
export interface ReviewType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly definition: string;
}

const OBJECT_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
/** What upstream's discovery names no more of a custom kind that is on its way out. */
const CHANGING_VERBS = new Set(['create', 'patch', 'update']);
const READ_WRITE = ['get', 'patch', 'update'];

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

const PROXIED = ['create', 'delete', 'get', 'patch', 'update'];

/** The subresources of nodes, pods, services and service accounts that are not a part of the object. */
const PARTICULAR: Readonly<Record<string, readonly CatalogSubresource[]>> = {
  nodes: [{ name: 'proxy', kind: 'NodeProxyOptions', verbs: ['get'] }],
  pods: [
    { name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
    { name: 'binding', kind: 'Binding', verbs: ['create'] },
    { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
    { name: 'proxy', kind: 'PodProxyOptions', verbs: PROXIED },
  ],
  serviceaccounts: [
    {
      name: 'token',
      kind: 'TokenRequest',
      group: 'authentication.k8s.io',
      version: 'v1',
      verbs: ['create'],
    },
  ],
  services: [{ name: 'proxy', kind: 'ServiceProxyOptions', verbs: PROXIED }],
};

/** Every version of every kind, and the reviews, by group and version. */
export const catalogOf = (
  kinds: readonly ServedKind[],
  reviews: readonly ReviewType[],
): CatalogResource[] => [...kinds.map(entryOf), ...reviews.map(reviewEntry)];

const entryOf = ({ resource, group, version, definition }: ServedKind): CatalogResource => ({
  group,
  version,
  kind: resource.kind,
  plural: resource.plural,
  singular: resource.singular,
  namespaced: resource.namespaced,
  shortNames: resource.shortNames ?? [],
  categories: resource.categories ?? [],
  verbs: verbsOf(resource),
  definition: definition.name,
  ...(resource.custom && { custom: resource.custom }),
  subresources: subresourcesOf(resource),
  storageVersionHash: storageVersionHashOf(resource),
});

/** Upstream's `discovery.StorageVersionHash`: clients that migrate what is stored compare it. */
const storageVersionHashOf = ({ group, version, kind, custom }: Resource): string =>
  createHash('sha256')
    .update(`${group}/${custom?.storedVersion ?? version}/${kind}`)
    .digest()
    .subarray(0, 8)
    .toString('base64');

function verbsOf({ kind, custom }: Resource): readonly string[] {
  if (custom?.isTerminating) return OBJECT_VERBS.filter((verb) => !CHANGING_VERBS.has(verb));
  return OBJECT_VERBS.filter((verb) => verb !== 'deletecollection' || kind !== 'Namespace' || custom);
}

function subresourcesOf(resource: Resource): CatalogSubresource[] {
  const written = SUBRESOURCES.filter((name) => hasSubresource(resource, name)).map((name) => ({
    name,
    verbs: name === 'finalize' ? ['update'] : READ_WRITE,
    ...(name === 'scale' ? SCALE : { kind: resource.kind }),
  }));
  const particular = resource.group === '' ? (PARTICULAR[resource.plural] ?? []) : [];
  return [...written, ...particular].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const reviewEntry = (review: ReviewType): CatalogResource => ({
  ...review,
  shortNames: [],
  categories: [],
  verbs: ['create'],
  subresources: [],
});

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly CatalogResource[];
}

/** The catalog by group and version, in the order of discovery: the core group, then by name, custom kinds last; stable versions first. */
export function groupVersionsOf(catalog: readonly CatalogResource[]): GroupVersion[] {
  const grouped = Map.groupBy(catalog, ({ group, version }) => apiVersionOf(group, version));
  return [...grouped.values()]
    .map((resources) => ({
      group: resources[0]!.group,
      version: resources[0]!.version,
      resources: resources.toSorted((a, b) => (a.plural < b.plural ? -1 : 1)),
    }))
    .sort(
      (a, b) =>
        compare(isCustom(a), isCustom(b)) || compare(a.group, b.group) || byStability(a.version, b.version),
    );
}

/** A name that several kinds have means, to kubectl, the first of them: it should be the one that is built in. */
const isCustom = ({ resources }: GroupVersion): boolean => resources.every(({ custom }) => custom);

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** `v2` before `v1` before `v1beta2` before `v1beta1` before `v1alpha1`, then names of no such form (upstream's `CompareKubeAwareVersionStrings`). */
function byStability(a: string, b: string): number {
  const [left, right] = [ranksOf(a), ranksOf(b)];
  if (!left || !right) return left ? -1 : right ? 1 : compare(a, b);
  const differing = left.findIndex((rank, index) => rank !== right[index]);
  return differing < 0 ? 0 : compare(right[differing]!, left[differing]!);
}

/** The higher the nearer to the front. */
function ranksOf(version: string): readonly number[] | undefined {
  const [, major, level, minor] = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version) ?? [];
  return major === undefined
    ? undefined
    : [level === undefined ? 2 : level === 'beta' ? 1 : 0, Number(major), Number(minor ?? 0)];
}
