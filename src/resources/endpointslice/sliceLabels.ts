/** On a slice: the service whose endpoints it holds. */
export const SERVICE_NAME = 'kubernetes.io/service-name';
/** On a slice: whose it is. */
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** On a slice and on Endpoints: their service has no address of its own. */
export const HEADLESS = 'service.kubernetes.io/headless';

export const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';
export const MIRRORING_CONTROLLER = 'endpointslicemirroring-controller.k8s.io';

/** On Endpoints, as `true`: they are not mirrored to slices. */
export const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
