import { isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Because } from '../../controllers/daemonset/actions.ts';
import type { NodeState, Observed } from '../../controllers/daemonset/observed.ts';
import { type Decision, decide } from '../../controllers/daemonset/plan.ts';
import { isUpToDate } from '../../controllers/daemonset/strategy.ts';
import { byAge } from '../../controllers/framework/age.ts';
import type { Node, Pod } from '../../generated/types.ts';
import { podSummary } from '../../resources/pod/podStatusText.ts';
import type { Snapshot } from '../../scheduler/snapshot.ts';
import { obstacleWords } from './obstacleWords.ts';
import { podWords } from './podWords.ts';
import type { Why } from './row.ts';
import { schedulingWords } from './schedulingWords.ts';
import { updateWords } from './updateWords.ts';

export interface Explained {
  readonly observed: Observed;
  /** All pods that are on nodes, as the scheduler counts them. */
  readonly snapshot: Snapshot;
  /** What the last attempt to make a daemon came to, if it failed. */
  readonly creationFailure?: string | undefined;
}

/**
 * Why a node has, or has not, the daemon that it has: one row for each node, and for each daemon where there are several, oldest first, by what the
 * controller and the scheduler themselves decide. Without a pod the state is `NotWanted` or `Missing`.
 */
export function explainDaemonSet(explained: Explained, now: EpochMs): Why[] {
  const { observed } = explained;
  const decision = decide(observed, now);
  const nodes = new Map(observed.nodes.map((node) => [nameOf(node), node]));
  return decision.nodes.flatMap((state) => {
    const scene: Scene = { ...explained, decision, state, node: nodes.get(state.name)!, now };
    return state.pods.length === 0
      ? [withoutPod(scene)]
      : oldestFirst(state).map((pod) => withPod(scene, pod));
  });
}

const oldestFirst = ({ pods }: NodeState): readonly Pod[] => pods.toSorted(byAge);

interface Scene extends Explained {
  readonly decision: Decision;
  readonly state: NodeState;
  readonly node: Node;
  readonly now: EpochMs;
}

function withoutPod({ observed, state, node, creationFailure }: Scene): Why {
  const { name, obstacle } = state;
  if (isBeingDeleted(observed.daemonSet)) return { node: name, state: 'NotWanted', why: DELETED };
  if (obstacle) return { node: name, state: 'NotWanted', why: obstacleWords(obstacle, node) };
  return { node: name, state: 'Missing', why: creationFailure ?? 'its pod is about to be made' };
}

function withPod(scene: Scene, pod: Pod): Why {
  const { observed, state, decision } = scene;
  const words = [conditionWords(scene, pod)];
  const because = deletionOf(decision, pod);
  // Of one that is being deleted nothing is decided any more: its pods are the garbage collector's.
  if (isBeingDeleted(observed.daemonSet)) words.push(DELETED);
  else if (because) words.push(because === 'unwanted' ? unwantedWords(scene) : DELETIONS[because]);
  else if (!isBeingDeleted(pod)) words.push(...leftWords(scene, pod));
  return { node: state.name, pod: nameOf(pod), state: podSummary(pod).status, why: words.join('; ') };
}

function conditionWords({ observed, snapshot, state, node, now }: Scene, pod: Pod): string {
  if (!pod.spec.nodeName && !isBeingDeleted(pod)) return schedulingWords(pod, state.name, snapshot);
  return podWords(pod, node, observed.daemonSet.spec.minReadySeconds ?? 0, now);
}

/** Why a daemon stays that would not come today, and what an old one waits for. */
function leftWords({ observed, decision, state, node }: Scene, pod: Pod): string[] {
  const words: string[] = [];
  if (state.obstacle) words.push(`stays, though ${obstacleWords(state.obstacle, node)}`);
  if (!isUpToDate(pod, decision.target)) words.push(updateWords(observed.daemonSet, decision, state));
  return words;
}

const DELETED = 'the DaemonSet is being deleted';
const DELETIONS: Readonly<Record<Exclude<Because, 'unwanted'>, string>> = {
  failed: 'is replaced, after a while if it fails again and again',
  succeeded: 'is replaced: a daemon never ends',
  surplus: 'is deleted: one is enough',
  outdated: 'is replaced now by one of the new template',
  nodeGone: 'is deleted: its node is gone',
};

const unwantedWords = ({ state, node }: Scene): string =>
  `is deleted: ${state.obstacle ? obstacleWords(state.obstacle, node) : 'it is not wanted here'}`;

/** For what reason the controller deletes the pod next, if it does. */
function deletionOf({ managed, update }: Decision, pod: Pod): Because | undefined {
  const actions = [...managed.actions, ...(update?.actions ?? [])];
  const found = actions.find((action) => action.kind === 'deletePod' && action.pod === pod);
  return found?.kind === 'deletePod' ? found.because : undefined;
}
