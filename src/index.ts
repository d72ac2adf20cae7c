/** sampan as a library: a whole cluster inside your own process. */
export type { Client, ListRequest, ObjectList, ObjectRef, Patch, WatchHandler } from './client/client.ts';
export type { Clock, EpochMs } from './clock/clock.ts';
export { SeededRandom, systemRandom } from './clock/random.ts';
export { SystemClock } from './clock/systemClock.ts';
export { applyPath, applyText } from './cluster/applyManifests.ts';
export { Cluster, type ClusterOptions } from './cluster/cluster.ts';
export type { Why } from './cluster/why/row.ts';
export type { WhyOptions } from './cluster/why/why.ts';
export type { ClusterClient } from './library/clusterClient.ts';
export type { ClusterClock, Duration, TimeOfDay, UntilOptions } from './library/clusterClock.ts';
export type { ClusterNodes, NodeOptions } from './library/clusterNodes.ts';
export { type CreateClusterOptions, createCluster } from './library/createCluster.ts';
export type { ClusterHistory, HistoryEntry } from './library/history.ts';
export type { Notification, OnNotification } from './library/notifications.ts';
export type { Manifests, ServeOptions, TestCluster } from './library/testCluster.ts';
export { type WebhookCertificate, webhookCertificate } from './library/webhookCertificate.ts';
export * as kinds from './resources/kinds.ts';
