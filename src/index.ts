/** sampan as a library: a whole cluster inside your own process. */
export type { Client } from './client/client.ts';
export type { Clock } from './clock/clock.ts';
export { SeededRandom, systemRandom } from './clock/random.ts';
export { SystemClock } from './clock/systemClock.ts';
export { VirtualClock } from './clock/virtualClock.ts';
export { applyPath, applyText } from './cluster/applyManifests.ts';
export { Cluster, type ClusterOptions } from './cluster/cluster.ts';
export * as kinds from './resources/kinds.ts';
