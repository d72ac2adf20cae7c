import { definitionOf } from '../../../apimachinery/schema/schema.ts';
import type { ServedResource } from '../servedResource.ts';

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const ofStatus = ['get', 'update', 'patch'];

function resource(
  apiVersion: string,
  kind: string,
  plural: string,
  more: Partial<ServedResource> = {},
): ServedResource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const definition = definitionOf(group, version, kind)!.name;
  return { group, version, kind, plural, namespaced: true, verbs, definition, subresources: [], ...more };
}

/** A few resources of each sort: enough for both kubectls to explain and to validate. */
export const servedResources: readonly ServedResource[] = [
  resource('v1', 'Namespace', 'namespaces', { namespaced: false }),
  resource('v1', 'Pod', 'pods', {
    subresources: [
      { name: 'status', kind: 'Pod', verbs: ofStatus },
      { name: 'log', kind: 'Pod', verbs: ['get'] },
      { name: 'exec', kind: 'PodExecOptions', verbs: ['get', 'create'] },
      { name: 'eviction', kind: 'Eviction', verbs: ['create'] },
      { name: 'proxy', kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
    ],
  }),
  resource('v1', 'Secret', 'secrets'),
  resource('apps/v1', 'DaemonSet', 'daemonsets', {
    subresources: [{ name: 'status', kind: 'DaemonSet', verbs: ofStatus }],
  }),
  resource('apps/v1', 'Deployment', 'deployments', {
    subresources: [{ name: 'scale', kind: 'Scale', verbs: ofStatus }],
  }),
  resource('batch/v1', 'CronJob', 'cronjobs'),
  resource('batch/v1beta1', 'CronJob', 'cronjobs'),
];
