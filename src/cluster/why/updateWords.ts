import { nameOf } from '../../apimachinery/object.ts';
import type { NodeState } from '../../controllers/daemonset/observed.ts';
import type { Decision } from '../../controllers/daemonset/plan.ts';
import type { RollingUpdate } from '../../controllers/daemonset/rollingUpdate.ts';
import { isRollingUpdate, isUpToDate } from '../../controllers/daemonset/strategy.ts';
import type { DaemonSet, Pod } from '../../generated/types.ts';
import { isPaused } from '../../resources/daemonset/rolloutAnnotations.ts';

const OLD = 'the template of the pod is old';

/** What an outdated daemon waits for: `the template of the pod is old: waits for maxUnavailable (1 of 1: node02)`. */
export function updateWords(daemonSet: DaemonSet, decision: Decision, node: NodeState): string {
  if (!isRollingUpdate(daemonSet)) return `${OLD}: it is updated when somebody deletes the pod (OnDelete)`;
  if (isPaused(daemonSet)) return `${OLD}: the rollout is paused (sampan.dev/paused)`;
  const { update } = decision;
  if (!update) return `${OLD}: waits until the other nodes have their daemon`;
  return `${OLD}: ${waitingFor(update, decision, node)}`;
}

function waitingFor(update: RollingUpdate, { target }: Decision, node: NodeState): string {
  const { order, busy, limit, limitedBy } = update;
  const fresh = node.pods.find((pod: Pod) => isUpToDate(pod, target));
  if (fresh) return `waits until ${nameOf(fresh)} is available`;
  if (order.kept.has(node)) return 'a partition keeps it (sampan.dev/partition)';
  if (node.shouldRun && !order.updatable.has(node) && order.turn !== undefined)
    return `it is the turn of ${order.turn} (sampan.dev/update-order)`;
  const names = busy.map(({ name }) => name).join(', ') || 'the first of its turn';
  const what = limitedBy === 'maxSurge' ? 'surging' : 'unavailable';
  return `waits for ${limitedBy} (${busy.length} of ${limit} ${what}: ${names})`;
}
