import type { ClusterRole, PolicyRule } from '../../../generated/types.ts';

export const READ = ['get', 'list', 'watch'];
export const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
export const READ_WRITE = [...WRITE, ...READ].sort();

const GROUPS = {
  core: '',
  authentication: 'authentication.k8s.io',
  authorization: 'authorization.k8s.io',
  certificates: 'certificates.k8s.io',
  coordination: 'coordination.k8s.io',
  discovery: 'discovery.k8s.io',
  events: 'events.k8s.io',
  metrics: 'metrics.k8s.io',
  networking: 'networking.k8s.io',
  sampan: 'sampan.dev',
  node: 'node.k8s.io',
  rbac: 'rbac.authorization.k8s.io',
  storage: 'storage.k8s.io',
} as const;

/**
 * A rule of words: `rule(READ, 'core', 'pods pods/log')`. Groups and resources are separated by spaces; a group is named by
 * its first part where it ends in `.k8s.io`.
 */
export const rule = (verbs: string[], groups: string, resources: string, names?: string[]): PolicyRule => ({
  apiGroups: words(groups).map((group) => (GROUPS as Record<string, string>)[group] ?? group),
  resources: words(resources),
  ...(names && { resourceNames: names }),
  verbs,
});

export const pathRule = (paths: string): PolicyRule => ({ nonResourceURLs: words(paths), verbs: ['get'] });

const words = (text: string): string[] => text.split(' ');

/** Components write events in both groups. */
export const eventsRule = rule(['create', 'patch', 'update'], 'core events', 'events');

/** What marks the roles and bindings that come with every cluster. */
export const bootstrapMetadata = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  name,
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

export const clusterRole = (
  name: string,
  rules: PolicyRule[],
  labels?: Readonly<Record<string, string>>,
): ClusterRole => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: bootstrapMetadata(name, labels),
  rules,
});
