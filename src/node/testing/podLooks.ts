import type { ContainerStatus, Pod } from '../../generated/types.ts';

// What tests of the node agent look for in a pod.

const conditionOf = (pod: Pod | undefined, type: string): string | undefined =>
  pod?.status?.conditions?.find((each) => each.type === type)?.status;
export const isReady = (pod: Pod | undefined): boolean => conditionOf(pod, 'Ready') === 'True';
/** The first of its containers. */
export const main = (pod: Pod | undefined): ContainerStatus | undefined =>
  pod?.status?.containerStatuses?.[0];
export const waitsFor =
  (reason: string) =>
  (pod: Pod | undefined): boolean =>
    main(pod)?.state?.waiting?.reason === reason;
export const phaseIs =
  (phase: string) =>
  (pod: Pod | undefined): boolean =>
    pod?.status?.phase === phase;
