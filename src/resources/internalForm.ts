import type {
  IntOrString,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodDisruptionBudgetSpec,
  PodResourceClaim,
  SeccompProfile,
  SecurityContext,
  SuccessPolicy,
} from '../generated/types.ts';

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

export const shownBudget = (spec: PodDisruptionBudgetSpec): object => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
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

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

const shownProfile = (profile: Profile | undefined): object | null =>
  profile ? { Type: profile.type ?? '', LocalhostProfile: profile.localhostProfile ?? null } : null;

export const shownSeccompProfile = (profile: SeccompProfile): object | null => shownProfile(profile);

/** A container's security context. */
export const shownSecurityContext = (context: SecurityContext): object => ({
  Capabilities: context.capabilities
    ? { Add: context.capabilities.add ?? null, Drop: context.capabilities.drop ?? null }
    : null,
  Privileged: context.privileged ?? null,
  SELinuxOptions: shownSeLinux(context.seLinuxOptions),
  WindowsOptions: shownWindows(context.windowsOptions),
  RunAsUser: context.runAsUser ?? null,
  RunAsGroup: context.runAsGroup ?? null,
  RunAsNonRoot: context.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
  ProcMount: context.procMount ?? null,
  SeccompProfile: shownProfile(context.seccompProfile),
  AppArmorProfile: shownProfile(context.appArmorProfile),
});

function shownSeLinux(options: SecurityContext['seLinuxOptions']): object | null {
  if (!options) return null;
  const { user = '', role = '', type = '', level = '' } = options;
  return { User: user, Role: role, Type: type, Level: level };
}

function shownWindows(options: SecurityContext['windowsOptions']): object | null {
  if (!options) return null;
  return {
    GMSACredentialSpecName: options.gmsaCredentialSpecName ?? null,
    GMSACredentialSpec: options.gmsaCredentialSpec ?? null,
    RunAsUserName: options.runAsUserName ?? null,
    HostProcess: options.hostProcess ?? null,
  };
}

const shownRequirements = (list: readonly NodeSelectorRequirement[] | undefined): object[] | null =>
  list?.map(({ key, operator, values }) => ({ Key: key, Operator: operator, Values: values ?? null })) ??
  null;

/** A term of a node affinity. */
export const shownNodeSelectorTerm = ({ matchExpressions, matchFields }: NodeSelectorTerm): object => ({
  MatchExpressions: shownRequirements(matchExpressions),
  MatchFields: shownRequirements(matchFields),
});
