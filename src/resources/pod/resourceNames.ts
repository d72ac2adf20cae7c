const HUGE_PAGES_PREFIX = 'hugepages-';
const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const OBJECT_COUNTS = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const QUOTA_RESOURCES = new Set([
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'storage',
  'requests.storage',
]);

export const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES_PREFIX);

/** The size of a page in `hugepages-2Mi`. */
export const hugePageSize = (name: string): string => name.slice(HUGE_PAGES_PREFIX.length);

/** A name without a domain that means something to Kubernetes. */
export const isStandardResource = (name: string): boolean =>
  CONTAINER_RESOURCES.has(name) ||
  OBJECT_COUNTS.has(name) ||
  QUOTA_RESOURCES.has(name) ||
  isHugePages(name) ||
  name.startsWith('requests.hugepages-');

export const isContainerResource = (name: string): boolean =>
  CONTAINER_RESOURCES.has(name) || isHugePages(name);

/** What a pod as a whole may ask for (KEP-2837). */
export const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || isHugePages(name);

export const isNativeResource = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/');

/** A device plugin's: `example.com/gpu`. */
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith('requests.');

/** What exists in whole units only. */
export const isCounted = (name: string): boolean => OBJECT_COUNTS.has(name) || isExtendedResource(name);

/** Whether requests may be below limits. */
export const isOvercommittable = (name: string): boolean => isNativeResource(name) && !isHugePages(name);
