import { containersOf, named, type PodLike, quoted, setters, sortedSet, type Violation } from './check.ts';

const REASON = 'seccompProfile';

const isAllowed = (type: string | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost';

/** Nobody may switch it off. */
export function badSeccomp(pod: PodLike): Violation | undefined {
  const ofPod = pod.spec.securityContext?.seccompProfile;
  const isPodBad = ofPod !== undefined && !isAllowed(ofPod.type);
  const bad = containersOf(pod).filter(({ securityContext }) => {
    const own = securityContext?.seccompProfile;
    return own !== undefined && !isAllowed(own.type);
  });
  const who = setters(isPodBad, bad);
  if (who === undefined) return undefined;
  const types = bad.map(({ securityContext }) => securityContext!.seccompProfile!.type);
  const values = sortedSet(isPodBad ? [ofPod.type, ...types] : types);
  return {
    reason: REASON,
    detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}`,
  };
}

/** All must ask for one. */
export function missingSeccomp(pod: PodLike): Violation | undefined {
  const bad = badSeccomp(pod);
  if (bad || pod.spec.securityContext?.seccompProfile) return bad;
  const missing = containersOf(pod).filter(({ securityContext }) => !securityContext?.seccompProfile);
  if (missing.length === 0) return undefined;
  return {
    reason: REASON,
    detail: `pod or ${named(missing)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
}
