import type { GroupVersion } from './catalog.ts';

/** Kinds that came to a group's newest version late: until then, clients know them in an older one only. */
const LATE_KINDS = [{ group: 'batch', version: 'v1beta1', before: 21 }] as const;

/**
 * Every group's versions, the one that a client should prefer first. An old client cannot read what it has never heard of:
 * kubectl 1.20, told to prefer batch/v1, fails at `create job --from=cronjob/…`, because it knows no CronJob there.
 */
export function inOrderFor(userAgent: string, versions: readonly GroupVersion[]): readonly GroupVersion[] {
  const preferred = versions.filter((each) => isLedTo(userAgent, each));
  return preferred.length === 0 ? versions : [...new Set([...preferred, ...versions])];
}

/** Whether discovery leads the client to an older version: then it cannot be blamed for reading there. */
export function isLedTo(
  userAgent: string,
  { group, version }: Pick<GroupVersion, 'group' | 'version'>,
): boolean {
  const late = LATE_KINDS.find((each) => each.group === group && each.version === version);
  return late !== undefined && kubernetesMinor(userAgent) < late.before;
}

/** 20 of `kubectl/v1.20.0 (linux/amd64) kubernetes/af46c47`, as the commands of Kubernetes call themselves; else infinity. */
const kubernetesMinor = (userAgent: string): number =>
  Number(
    /^kubectl\S*\/v1\.(\d+)\.\S+ \([^)]*\) kubernetes\//.exec(userAgent)?.[1] ?? Number.POSITIVE_INFINITY,
  );
