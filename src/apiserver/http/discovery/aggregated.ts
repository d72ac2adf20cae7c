import type { MediaRange } from '../negotiation.ts';
import type { CatalogResource, CatalogSubresource, GroupVersion } from './catalog.ts';

const VERSIONS = ['v2', 'v2beta1'] as const;
type AggregatedVersion = (typeof VERSIONS)[number];

/** Which form of aggregated discovery (KEP-3352) a client takes, if it takes one before anything plain. */
export function aggregatedVersion(ranges: readonly MediaRange[]): AggregatedVersion | undefined {
  for (const { type, parameters } of ranges) {
    const { as, g, v } = parameters;
    if (type !== 'application/json') continue;
    if (!as) return undefined;
    const version = VERSIONS.find((known) => known === v);
    if (as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && version) return version;
  }
  return undefined;
}

export const aggregatedContentType = (version: AggregatedVersion): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

/** All versions of all these groups in one answer. */
export const aggregatedList = (version: AggregatedVersion, versions: readonly GroupVersion[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: [...Map.groupBy(versions, ({ group }) => group)].map(([group, ofGroup]) => ({
    metadata: { name: group, creationTimestamp: null },
    versions: ofGroup.map((each) => ({
      version: each.version,
      resources: each.resources.map(resourceEntry),
      freshness: 'Current',
    })),
  })),
});

const resourceEntry = (resource: CatalogResource) => ({
  resource: resource.plural,
  responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
  scope: resource.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: resource.singular,
  verbs: resource.verbs,
  ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
  ...(resource.categories.length > 0 && { categories: resource.categories }),
  ...(resource.subresources.length > 0 && {
    subresources: resource.subresources.map((subresource) => subresourceEntry(resource, subresource)),
  }),
});

const subresourceEntry = (resource: CatalogResource, subresource: CatalogSubresource) => ({
  subresource: subresource.name,
  responseKind: {
    group: subresource.group ?? resource.group,
    version: subresource.version ?? resource.version,
    kind: subresource.kind,
  },
  verbs: subresource.verbs,
});
