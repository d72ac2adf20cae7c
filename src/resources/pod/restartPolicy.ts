import type { Container, ContainerRestartRule, PodSpec } from '../../generated/types.ts';

/**
 * Whether a container that ended with this code may start again: by one of its own rules (KEP-5307), by its own policy,
 * or else by the pod's.
 */
export const shouldRestart = (container: Container, spec: PodSpec, exitCode: number): boolean =>
  restartRulesFor(container, exitCode).length > 0 || shouldRestartByPolicy(container, spec, exitCode);

/** The rules of a container that speak of this exit code. */
export const restartRulesFor = (
  { restartPolicyRules = [] }: Container,
  exitCode: number,
): readonly ContainerRestartRule[] => restartPolicyRules.filter((rule) => fits(rule, exitCode));

export function shouldRestartByPolicy(container: Container, spec: PodSpec, exitCode: number): boolean {
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
  return exitCodes?.operator === 'NotIn' ? !isListed : isListed;
}
