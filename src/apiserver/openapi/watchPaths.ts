import { groupName, pascal, tagOf } from './operationNames.ts';
import type { PathItem } from './operations.ts';
import { listParameters, pathParameters } from './parameters.ts';
import { groupVersionPath, type ServedResource } from './servedResource.ts';
import { WATCH_EVENT } from './wellKnownSchemas.ts';

/**
 * Where changes were followed before lists took the parameter `watch`: old, but served as upstream does, and a client that makes its
 * methods from this document would have no way to watch without them.
 */
export function watchItemsOf(resource: ServedResource): PathItem[] {
  if (!resource.verbs.includes('watch')) return [];
  const { kind, namespaced, plural } = resource;
  const base = `${groupVersionPath(resource.group, resource.version)}/watch`;
  const collection = `${base}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`;
  const subject = `${namespaced ? 'Namespaced' : ''}${kind}`;
  return [
    ...(namespaced
      ? [watchItem(resource, `${base}/${plural}`, 'watchlist', `${kind}ListForAllNamespaces`)]
      : []),
    watchItem(resource, collection, 'watchlist', `${subject}List`),
    watchItem(resource, `${collection}/{name}`, 'watch', subject),
  ];
}

function watchItem(
  resource: ServedResource,
  path: string,
  action: 'watch' | 'watchlist',
  subject: string,
): PathItem {
  const { group, version, kind } = resource;
  const scope = { namespaced: path.includes('/{namespace}/'), named: path.endsWith('/{name}') };
  return {
    path,
    parameters: [...pathParameters(kind, scope), ...listParameters],
    operations: [
      {
        method: 'get',
        id: `watch${groupName(group)}${pascal(version)}${subject}`,
        description: `follow objects of kind ${kind} (deprecated: list them with the parameter watch)`,
        tag: tagOf(resource),
        action,
        kind: { group, version, kind },
        parameters: [],
        bodyRequired: false,
        answer: WATCH_EVENT,
        codes: [200],
      },
    ],
  };
}
