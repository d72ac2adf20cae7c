import type { IntOrString, PodResourceClaim, SuccessPolicy } from '../generated/types.ts';

// Messages show a structure as upstream's server holds it, which is not as the API spells it: each field is there, its name in capitals.

interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: object;
}

interface WithinLimits {
  readonly maxUnavailable?: IntOrString;
  readonly maxSurge?: IntOrString;
}

/** The strategy of a DaemonSet or a Deployment. */
export function shownStrategy({ type = '', rollingUpdate }: Strategy): object {
  if (!rollingUpdate) return { Type: type, RollingUpdate: null };
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate as WithinLimits;
  return { Type: type, RollingUpdate: { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } };
}

interface FromOrdinal {
  readonly partition?: number;
  readonly maxUnavailable?: IntOrString;
}

export const shownStatefulUpdate = ({ partition = 0, maxUnavailable }: FromOrdinal): object => ({
  Partition: partition,
  MaxUnavailable: maxUnavailable ?? null,
});

/** The strategy of a StatefulSet. */
export const shownStatefulStrategy = ({ type = '', rollingUpdate }: Strategy): object => ({
  Type: type,
  RollingUpdate: rollingUpdate ? shownStatefulUpdate(rollingUpdate) : null,
});

export const shownSuccessPolicy = ({ rules }: SuccessPolicy): object => ({
  Rules: (rules ?? []).map(({ succeededIndexes, succeededCount }) => ({
    SucceededIndexes: succeededIndexes ?? null,
    SucceededCount: succeededCount ?? null,
  })),
});

export const shownPodClaim = (claim: PodResourceClaim): object => ({
  Name: claim.name ?? '',
  ResourceClaimName: claim.resourceClaimName ?? null,
  ResourceClaimTemplateName: claim.resourceClaimTemplateName ?? null,
});
