import type { NodeInfo } from './nodeInfo.ts';
import type { PodInfo } from './podInfo.ts';
import type { Snapshot } from './snapshot.ts';

/** Why a node is not for a pod. */
export interface Rejection {
  /** In upstream's words; they are counted in the message that the pod's owner reads. */
  readonly reasons: readonly string[];
  /** Whether it would stay so if other pods went away: preemption is not helpful then. */
  readonly isUnresolvable: boolean;
}

/** What happens in a cluster that may make room for a pod. */
export type ClusterEvent =
  | 'nodeAdded'
  | 'nodeRemoved'
  | 'nodeAllocatable'
  | 'nodeLabels'
  | 'nodeTaints'
  | 'podAssigned'
  | 'podLabels'
  /** Or resized to less. */
  | 'podRemoved';

/** Says which nodes a pod can run on (a Filter plugin upstream, with its PreFilter). */
export interface Filter {
  /** Upstream's name of the plugin. */
  readonly name: string;
  /** After which events it is worth trying a pod again that this filter turned away. */
  readonly helpedBy: readonly ClusterEvent[];
  /** Looks at a node and the pods on it, at no other: after an event there, its test tells whether the event helped. */
  readonly isAboutNodeAlone?: true;
  /** Looks at the pod and the cluster once, and returns the test of a node; undefined when it would let every node pass. */
  prepare(pod: PodInfo, snapshot: Snapshot): NodeTest | undefined;
}

export type NodeTest = (node: NodeInfo) => Rejection | undefined;

/** Says which of the possible nodes is better (a Score plugin upstream). */
export interface Score {
  readonly name: string;
  readonly weight: number;
  /** Returns the score of each node, 0 to 100, in the order of `nodes`; undefined when all would be the same. */
  rate(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): readonly number[] | undefined;
}

export const HIGHEST_SCORE = 100;

/** A rejection that holds whatever other pods do. */
export const unresolvable = (...reasons: string[]): Rejection => ({ reasons, isUnresolvable: true });

/** A rejection that would end if other pods went away. */
export const resolvable = (...reasons: string[]): Rejection => ({ reasons, isUnresolvable: false });
