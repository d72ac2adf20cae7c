import type { Container, ContainerRestartRule, PodSpec } from '../../generated/types.ts';

/**
 * Whether a container that ended with this code starts again: by the first of its own rules that fits, by its own
 * policy, or else by the pod's (KEP-5307).
 */
export function shouldRestart(container: Container, spec: PodSpec, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    const rule = container.restartPolicyRules?.find((candidate) => fits(candidate, exitCode));
    if (rule) return true;
  }
  switch (container.restartPolicy ?? spec.restartPolicy) {
    case 'Never':
      return false;
    case 'OnFailure':
      return exitCode !== 0;
    default:
      return true;
  }
}

function fits({ exitCodes }: ContainerRestartRule, exitCode: number): boolean {
  const isListed = exitCodes?.values?.includes(exitCode) ?? false;
  return exitCodes?.operator === 'In' ? isListed : exitCodes?.operator === 'NotIn' && !isListed;
}
