import { badRequest } from '../../../apimachinery/errors.ts';
import { uidOf } from '../../../apimachinery/object.ts';
import type { Pod } from '../../../generated/types.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Shown } from '../../registry/resourceEvent.ts';
import type { Target } from '../../registry/target.ts';

/** On a pod: who follows its log before it has begun waits for it instead of being refused (#28746). */
const WAIT_FOR_LOGS = 'sampan.dev/wait-for-logs';

export const waitsForLogs = (pod: Pod): boolean => pod.metadata.annotations?.[WAIT_FOR_LOGS] === 'true';

/** Resolves with the pod once the container has a log, or the pod has ended without. Fails when the pod is gone. */
export function podWithLog(
  registry: Registry,
  target: Target,
  container: string,
  signal: AbortSignal,
): Promise<Pod> {
  const pod = registry.get(target).object as Pod;
  if (hasLog(pod, container)) return Promise.resolve(pod);
  const { name } = pod.metadata;
  return new Promise((resolve, reject) => {
    const settle = (how: () => void) => {
      cancel();
      how();
    };
    const onShown = (changes: readonly Shown[]) => {
      for (const { type, object } of changes) {
        const isGone = type === 'DELETED' || uidOf(object) !== uidOf(pod);
        if (isGone) settle(() => reject(badRequest(`pod ${name} was deleted before it had a log`)));
        else if (hasLog(object as Pod, container)) settle(() => resolve(object as Pod));
      }
    };
    // From now on: nothing can have changed since the look above.
    const query = { sendInitialEvents: false, fieldSelector: `metadata.name=${name}` };
    const cancel = registry.watch(target, query, { onShown });
    signal.addEventListener('abort', () => settle(() => reject(signal.reason)));
  });
}

function hasLog({ status = {} }: Pod, container: string): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return true;
  const statuses = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  const { state, lastState } = statuses.find(({ name }) => name === container) ?? {};
  return (state?.running ?? state?.terminated ?? lastState?.terminated) !== undefined;
}
