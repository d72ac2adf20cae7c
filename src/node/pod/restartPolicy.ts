import type { ContainerRestartRule, Pod } from '../../generated/types.ts';
import type { PodContainer } from './containers.ts';

/** Whether a container that ended so is started again: its own rules (KEP-5307), then its own policy, then the pod's. */
export function shouldRestart(pod: Pick<Pod, 'spec'>, container: PodContainer, exitCode: number): boolean {
  if (container.role === 'ephemeral') return false;
  if (container.role === 'sidecar') return true;
  const rules = 'restartPolicyRules' in container.spec ? (container.spec.restartPolicyRules ?? []) : [];
  if (rules.some((rule) => rule.action === 'Restart' && applies(rule, exitCode))) return true;
  const policy = container.spec.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Never') return false;
  return exitCode !== 0 || (policy === 'Always' && container.role === 'main');
}

function applies({ exitCodes }: ContainerRestartRule, exitCode: number): boolean {
  const isListed = exitCodes?.values?.includes(exitCode) ?? false;
  return exitCodes?.operator === 'NotIn' ? !isListed : isListed;
}
