import type { Container, Volume } from '../../../generated/types.ts';
import {
  type Check,
  containersOf,
  hasOwnUsers,
  isWindows,
  named,
  type PodLike,
  plural,
  quoted,
  setters,
  sortedSet,
  type Violation,
} from './check.ts';
import { missingSeccomp } from './seccomp.ts';

const VOLUMES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/** What `restricted` asks for beyond `baseline`, by their ids. */
export const restrictedChecks: Readonly<Record<string, Check>> = {
  allowPrivilegeEscalation: { since: 8, of: unlessWindows(allowPrivilegeEscalation) },
  capabilities_restricted: { since: 22, of: unlessWindows(capabilities) },
  restrictedVolumes: { of: volumes },
  runAsNonRoot: { of: runAsNonRoot },
  runAsUser: { since: 23, of: runAsUser },
  seccompProfile_restricted: { since: 19, of: unlessWindows(missingSeccomp) },
};

/** What `restricted` has in its own way, from the version on that brought that. */
export const OVERRIDDEN: Readonly<Record<string, string>> = {
  capabilities_baseline: 'capabilities_restricted',
  hostPathVolumes: 'restrictedVolumes',
  seccompProfile_baseline: 'seccompProfile_restricted',
};

/** Windows has none of that, and says so since 1.25. */
function unlessWindows(check: (pod: PodLike) => Violation | undefined): Check['of'] {
  return (pod, minor) => (minor >= 25 && isWindows(pod) ? undefined : check(pod));
}

function allowPrivilegeEscalation(pod: PodLike): Violation | undefined {
  const bad = containersOf(pod).filter(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  );
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities(pod: PodLike): Violation | undefined {
  const all = containersOf(pod);
  const undropped = all.filter(
    ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'),
  );
  const added = ({ securityContext }: Container) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const adding = all.filter((container) => added(container).length > 0);
  const details = [
    undropped.length > 0 ? `${named(undropped)} must set securityContext.capabilities.drop=["ALL"]` : [],
    adding.length > 0
      ? `${named(adding)} must not include ${quoted(sortedSet(adding.flatMap(added)))} in securityContext.capabilities.add`
      : [],
  ].flat();
  return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
}

function volumes({ spec }: PodLike): Violation | undefined {
  const typeOf = (volume: Volume) => Object.keys(volume).find((field) => field !== 'name') ?? 'emptyDir';
  const bad = (spec.volumes ?? []).filter((volume) => !VOLUMES.has(typeOf(volume)));
  if (bad.length === 0) return undefined;
  const types = sortedSet(bad.map(typeOf));
  const names = `${plural('volume', bad.length)} ${quoted(bad.map(({ name }) => name))}`;
  const what = plural('restricted volume type', types.length);
  return {
    reason: 'restricted volume types',
    detail: `${names} ${plural('uses', bad.length, 'use')} ${what} ${quoted(types)}`,
  };
}

function runAsNonRoot(pod: PodLike): Violation | undefined {
  if (hasOwnUsers(pod)) return undefined;
  const reason = 'runAsNonRoot != true';
  const ofPod = pod.spec.securityContext?.runAsNonRoot;
  const all = containersOf(pod);
  const bad = all.filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
  const who = setters(ofPod === false, bad);
  if (who) return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const silent = ofPod
    ? []
    : all.filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` };
}

function runAsUser(pod: PodLike): Violation | undefined {
  if (hasOwnUsers(pod)) return undefined;
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.runAsUser === 0);
  const who = setters(pod.spec.securityContext?.runAsUser === 0, bad);
  if (who === undefined) return undefined;
  return { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
}
