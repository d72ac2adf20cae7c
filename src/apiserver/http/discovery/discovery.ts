import { apiVersionOf } from '../../../apimachinery/object.ts';
import type { CatalogResource, CatalogSubresource, GroupVersion } from './catalog.ts';

/** `/api` */
export const legacyVersions = (address: string) => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});

/** `/apis` */
export const groupList = (versions: readonly GroupVersion[]) => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groupNames(versions).map((group) => groupOf(group, versions)),
});

/** `/apis/<group>`; undefined for a group that is not served. */
export function groupDocument(group: string, versions: readonly GroupVersion[]) {
  if (!group || !groupNames(versions).includes(group)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, versions) };
}

/** `/apis/<group>/<version>` */
export const resourceList = ({ group, version, resources }: GroupVersion) => ({
  kind: 'APIResourceList',
  ...(group && { apiVersion: 'v1' }),
  groupVersion: apiVersionOf(group, version),
  resources: resources.flatMap((resource) => [
    resourceEntry(resource),
    ...resource.subresources.map((subresource) => subresourceEntry(resource, subresource)),
  ]),
});

const groupNames = (versions: readonly GroupVersion[]) => [
  ...new Set(versions.map(({ group }) => group).filter((group) => group !== '')),
];

function groupOf(name: string, all: readonly GroupVersion[]) {
  const versions = all
    .filter(({ group }) => group === name)
    .map(({ version }) => ({ groupVersion: apiVersionOf(name, version), version }));
  return { name, versions, preferredVersion: versions[0] };
}

const resourceEntry = ({
  plural,
  singular,
  namespaced,
  kind,
  verbs,
  shortNames,
  categories,
  storageVersionHash,
}: CatalogResource) => ({
  name: plural,
  singularName: singular,
  namespaced,
  kind,
  verbs,
  ...(shortNames.length > 0 && { shortNames }),
  ...(categories.length > 0 && { categories }),
  ...(storageVersionHash && { storageVersionHash }),
});

const subresourceEntry = (
  { plural, namespaced }: CatalogResource,
  { name, kind, verbs, group, version }: CatalogSubresource,
) => ({
  name: `${plural}/${name}`,
  singularName: '',
  namespaced,
  ...(group && { group }),
  ...(version && { version }),
  kind,
  verbs,
});
