import type { NodeDescription } from '../../library/simulatedNode.ts';
import type { Chance } from './chance.ts';
import { FIRST_NODE, type Operation, type Workload } from './plan.ts';
import { anImage, anUnpullableImage, anUpdateStrategy, aSchedule } from './workloads.ts';

const ZONES = ['a', 'b'];

export const aNode = (name: string, chance: Chance): NodeDescription => ({
  name,
  labels: { 'topology.kubernetes.io/zone': chance.oneOf(ZONES), ...(chance.may(0.6) && { disk: 'ssd' }) },
});

/** Something that somebody might do to one of these workloads, or to one of these nodes. */
export function anOperation(
  workloads: readonly Workload[],
  nodes: readonly string[],
  chance: Chance,
): Operation {
  const isAboutNodes = chance.may(0.3);
  if (isAboutNodes) return aNodeOperation(chance.oneOf(nodes), chance);
  if (chance.may(0.35)) return aPodOperation(chance);
  const workload = chance.oneOf(workloads);
  const { kind, name } = { kind: workload.kind as 'Job', name: workload.metadata.name! };
  if (chance.may(0.12)) {
    const propagation = chance.weighted([
      [3, 'Background' as const],
      [2, 'Foreground' as const],
      [1, 'Orphan' as const],
    ]);
    return { kind: 'delete', of: kind, name, propagation };
  }
  return { kind: 'change', of: kind, name, patch: { spec: aChange(workload, chance) } };
}

function aNodeOperation(node: string, chance: Chance): Operation {
  return chance.weighted<() => Operation>([
    [3, () => ({ kind: 'labelNode', node, label: 'disk', value: chance.oneOf(['ssd', 'hdd', null]) })],
    [3, () => ({ kind: 'taintNode', node, effect: chance.oneOf(['NoSchedule', 'NoExecute', null, null]) })],
    [2, () => ({ kind: 'cordon', node })],
    [2, () => ({ kind: 'uncordon', node })],
    [2, () => ({ kind: 'drain', node })],
    [2, () => ({ kind: 'addNode', node: aNode(`extra${chance.between(1, 3)}`, chance) })],
    [1, () => (node === FIRST_NODE ? { kind: 'uncordon', node } : { kind: 'removeNode', node })],
  ])();
}

function aPodOperation(chance: Chance): Operation {
  if (chance.may(0.15)) {
    return { kind: 'relabelPod', pick: chance.next(), lastsMs: chance.between(5, 60) * 1000 };
  }
  return { kind: 'killPod', pick: chance.next(), how: chance.oneOf(['delete', 'delete', 'force', 'evict']) };
}

/** A part of the spec that users change. */
function aChange(workload: Workload, chance: Chance): object {
  switch (workload.kind) {
    case 'DaemonSet':
      return chance.weighted<object>([
        [6, anotherImage(chance)],
        [1, { updateStrategy: { rollingUpdate: null, ...anUpdateStrategy(chance) } }],
        [1, { template: { spec: { nodeSelector: chance.may(0.5) ? { disk: 'ssd' } : null } } }],
        [1, { minReadySeconds: chance.between(0, 10) }],
      ]);
    case 'CronJob':
      return chance.weighted<object>([
        [3, { schedule: aSchedule(chance) }],
        [2, { suspend: chance.may(0.5) }],
        [2, { concurrencyPolicy: chance.oneOf(['Allow', 'Forbid', 'Replace']) }],
        [1, { successfulJobsHistoryLimit: chance.between(0, 2) }],
      ]);
    case 'Job':
      return chance.weighted<object>([
        [3, { suspend: chance.may(0.4) }],
        [3, { parallelism: chance.between(0, 5) }],
        [1, { activeDeadlineSeconds: chance.between(30, 300) }],
      ]);
    case 'StatefulSet':
      return chance.weighted<object>([
        // Never one that cannot be pulled: an ordered update waits for such a pod for ever, as upstream's does.
        [3, templateWith(anImage(chance))],
        [2, { replicas: chance.between(0, 5) }],
      ]);
    case 'DaemonJob':
      return chance.weighted<object>([
        [2, { jobTemplate: { spec: templateWith(anImage(chance)) } }],
        [2, { suspend: chance.may(0.4) }],
        [1, { maxParallel: chance.between(1, 3) }],
      ]);
    case 'PodDisruptionBudget':
      return { minAvailable: chance.between(0, 3) };
    default:
      return chance.weighted<object>([
        [2, anotherImage(chance)],
        [2, { replicas: chance.between(0, 5) }],
      ]);
  }
}

/** A merge patch replaces the list, so it names the container too. */
const anotherImage = (chance: Chance) => templateWith(chance.may(0.1) ? anUnpullableImage : anImage(chance));
const templateWith = (image: string) => ({ template: { spec: { containers: [{ name: 'main', image }] } } });
