import { keyOf } from '../../apimachinery/object.ts';
import type {
  Job,
  Pod,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
} from '../../generated/types.ts';

/** What `spec.podFailurePolicy` makes of a failed pod (KEP-3329). */
export interface Verdict {
  /** Whether it counts towards `backoffLimit`. */
  readonly counts: boolean;
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count' | undefined;
  /** Why the job fails, with `FailJob`. */
  readonly message?: string;
}

const COUNTS: Verdict = { counts: true, action: undefined };

/** The first rule that matches decides; without one the failure counts. */
export function failureVerdict(job: Job, pod: Pod): Verdict {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const match = rule.onExitCodes
      ? matchExitCodes(pod, rule.onExitCodes)
      : matchConditions(pod, rule.onPodConditions ?? []);
    if (match === undefined) continue;
    const perIndex = job.spec.backoffLimitPerIndex !== undefined;
    if (rule.action === 'FailIndex' && !perIndex) return COUNTS;
    return {
      counts: rule.action !== 'Ignore',
      action: rule.action as Verdict['action'],
      ...(rule.action === 'FailJob' && {
        message: `${match} matching FailJob rule at index ${index}`,
      }),
    };
  }
  return COUNTS;
}

/** A container that ended well never matches (#115688). */
function matchExitCodes(
  pod: Pod,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
) {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  for (const { name, state } of statuses) {
    const exitCode = state?.terminated?.exitCode;
    if (!exitCode || (containerName !== undefined && containerName !== name)) continue;
    if (values.includes(exitCode) === (operator === 'In'))
      return `Container ${name} for pod ${keyOf(pod)} failed with exit code ${exitCode}`;
  }
  return undefined;
}

function matchConditions(pod: Pod, patterns: readonly PodFailurePolicyOnPodConditionsPattern[]) {
  for (const { type, status } of pod.status?.conditions ?? []) {
    if (patterns.some((pattern) => pattern.type === type && (pattern.status ?? 'True') === status)) {
      return `Pod ${keyOf(pod)} has condition ${type}`;
    }
  }
  return undefined;
}
