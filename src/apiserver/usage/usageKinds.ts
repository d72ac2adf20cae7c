import type { CatalogResource } from '../http/discovery/catalog.ts';

export const METRICS_GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';
export const METRICS_API_VERSION = `${METRICS_GROUP}/${VERSION}`;

const served = (
  kind: 'NodeMetrics' | 'PodMetrics',
  plural: string,
  namespaced: boolean,
): CatalogResource => ({
  group: METRICS_GROUP,
  version: VERSION,
  kind,
  plural,
  singular: '',
  namespaced,
  verbs: ['get', 'list'],
  shortNames: [],
  categories: [],
  subresources: [],
  definition: `io.k8s.metrics.pkg.apis.metrics.v1beta1.${kind}`,
});

/** What `metrics.k8s.io` has: records that are made when they are asked for. */
export const USAGE_KINDS: readonly CatalogResource[] = [
  served('NodeMetrics', 'nodes', false),
  served('PodMetrics', 'pods', true),
];

/** The name of a record that is not there, as metrics-server tells it. */
export const NODE_METRICS = { group: METRICS_GROUP, plural: 'nodemetrics' };
export const POD_METRICS = { group: METRICS_GROUP, plural: 'podmetrics' };
