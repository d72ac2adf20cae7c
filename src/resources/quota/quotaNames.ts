import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { isExtendedResource, isHugePages, isStandardResource } from '../pod/resourceNames.ts';

const REQUESTS = 'requests.';
const COMPUTE = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
];
const POD_NAMES: ReadonlySet<string> = new Set([...COMPUTE, 'pods', 'count/pods']);
/** What a quota with a scope may bound, but for the scope of pods that ask for nothing. */
const SCOPED: ReadonlySet<string> = new Set([...COMPUTE, 'pods']);

const isQuotaHugePages = (name: string): boolean =>
  isHugePages(name) || name.startsWith(`${REQUESTS}hugepages-`);

/** A name without a domain that a quota may bound. */
export const isStandardQuotaName = (name: string): boolean => name !== 'storage' && isStandardResource(name);

/** Whether a quota of this scope may bound it (`IsResourceQuotaScopeValidForResource`). */
export const isBoundableInScope = (scope: string, name: string): boolean =>
  scope === 'BestEffort' ? name === 'pods' : SCOPED.has(name) || isQuotaHugePages(name);

/** Whether it is pods that use it up. */
export const isUsedByPods = (name: string): boolean =>
  POD_NAMES.has(name) ||
  isQuotaHugePages(name) ||
  (name.startsWith(REQUESTS) && isExtendedResource(name.slice(REQUESTS.length)));

/** `count/jobs.batch`: how many objects of a kind there are. */
export const countName = ({ group, plural }: Pick<ResourceType, 'group' | 'plural'>): string =>
  `count/${plural}${group && `.${group}`}`;

/** Kinds that were counted by their plain name before every kind was. */
export const PLAINLY_COUNTED: ReadonlySet<string> = new Set([
  'configmaps',
  'secrets',
  'replicationcontrollers',
  'resourcequotas',
]);

const CLAIMS = /^(?:count\/)?persistentvolumeclaims$|^requests\.storage$|\.storageclass\.storage\.k8s\.io\//;

/** What claims of volumes would use up, which there are none of here. */
export const isUsedByClaims = (name: string): boolean => CLAIMS.test(name);
