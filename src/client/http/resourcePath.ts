import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { ListRequest, WriteRequest } from '../client.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `/api/v1/namespaces/default/pods`; without a namespace that of all namespaces. */
export function collectionPath(
  { group, version, plural, namespaced }: ResourceType,
  namespace?: string,
): string {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  return namespaced && namespace
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${root}/${plural}`;
}

/** `/api/v1/namespaces/default/pods/web/status`. */
export function objectPath(
  type: ResourceType,
  { name, namespace }: { name: string; namespace?: string | undefined },
  subresource?: string,
): string {
  const path = `${collectionPath(type, namespace)}/${encodeURIComponent(name)}`;
  return subresource ? `${path}/${subresource}` : path;
}

/** The path with a query of what is defined. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

export const selection = ({ labelSelector, fieldSelector }: ListRequest): Query => ({
  labelSelector,
  fieldSelector,
});

export const writeQuery = ({ dryRun }: WriteRequest, fieldManager: string | undefined): Query => ({
  fieldManager,
  dryRun: dryRun ? 'All' : undefined,
});
