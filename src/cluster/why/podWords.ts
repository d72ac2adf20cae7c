import { isBeingDeleted } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { availableAt } from '../../controllers/pods/availability.ts';
import type { ContainerStateTerminated, ContainerStatus, Node, Pod } from '../../generated/types.ts';
import { conditionOf, isReady, trueCondition } from '../../resources/conditions.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';

/** How a pod that is on its node does: what its containers wait for, or since when it runs. */
export function podWords(pod: Pod, node: Node, minReadySeconds: number, now: EpochMs): string {
  if (isBeingDeleted(pod)) return leavingWords(pod, node);
  if (isTerminal(pod)) return endedWords(pod);
  const trouble = statusesOf(pod)
    .map(troubleWords)
    .filter((words) => words !== undefined);
  if (trouble.length > 0) return trouble.join('; ');
  if (!isReady(node)) return silentWords(node);
  if (!isReady(pod)) return unreadyWords(pod);
  const since = `running since ${trueCondition(pod, 'Ready')?.lastTransitionTime ?? 'some time'}`;
  const available = availableAt(pod, minReadySeconds);
  return available !== undefined && available > now
    ? `${since}, available at ${timestamp(available)}`
    : since;
}

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** What a container waits for, `ImagePullBackOff: …`; undefined for one that runs, has done its part, or waits for others to do theirs. */
function troubleWords({ name, state, lastState }: ContainerStatus): string | undefined {
  const { waiting, terminated } = state ?? {};
  const last = terminated ?? lastState?.terminated;
  const ended = last ? ` (${exitWords(name, last)})` : '';
  if (waiting?.reason && waiting.reason !== 'PodInitializing')
    return `${[waiting.reason, waiting.message].filter(Boolean).join(': ')}${ended}`;
  return terminated && terminated.exitCode !== 0 ? `container ${name} is started again${ended}` : undefined;
}

function unreadyWords(pod: Pod): string {
  const unready = (pod.status?.containerStatuses ?? []).filter(({ ready }) => !ready).map(({ name }) => name);
  const told = conditionOf(pod, 'Ready')?.message;
  if (unready.length === 0) return told ?? 'waits for its node';
  return `not ready yet: ${unready.join(', ')}`;
}

function leavingWords({ metadata }: Pod, node: Node): string {
  const due = `is being deleted, due at ${metadata.deletionTimestamp}`;
  if (metadata.finalizers?.length) return `${due}, held by ${metadata.finalizers.join(', ')}`;
  return isReady(node) ? due : `${due}; ${silentWords(node)}`;
}

function endedWords(pod: Pod): string {
  const { reason, phase = '', message } = pod.status ?? {};
  const failures = statusesOf(pod).flatMap(({ name, state }) =>
    state?.terminated && state.terminated.exitCode !== 0 ? [exitWords(name, state.terminated)] : [],
  );
  return [`has ended: ${reason ?? phase}`, message, ...failures].filter(Boolean).join(', ');
}

/** `main ended with 137, OOMKilled`. */
const exitWords = (name: string, { exitCode, reason }: ContainerStateTerminated): string =>
  `${name} ended with ${exitCode}${reason ? `, ${reason}` : ''}`;

const silentWords = (node: Node): string =>
  `the node is not ready: ${conditionOf(node, 'Ready')?.message ?? 'it has said nothing yet'}`;
