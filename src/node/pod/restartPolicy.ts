import type { Container, Pod } from '../../generated/types.ts';
import { restartRulesFor, shouldRestartByPolicy } from '../../resources/pod/restartPolicy.ts';
import type { PodContainer } from './containers.ts';

/** Whether a container that ended so is started again. An init container that has done its work is not, whatever the policy. */
export function shouldRestart(
  { spec }: Pick<Pod, 'spec'>,
  { role, spec: placed }: PodContainer,
  exitCode: number,
): boolean {
  if (role === 'ephemeral') return false;
  if (role === 'sidecar') return true;
  const container = placed as Container;
  if (restartRulesFor(container, exitCode).some(({ action }) => action === 'Restart')) return true;
  if (role === 'init' && exitCode === 0) return false;
  return shouldRestartByPolicy(container, spec, exitCode);
}
