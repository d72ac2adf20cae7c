import { scaledValue } from '../../apimachinery/intOrString.ts';
import { isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import { isAvailable, isReadySinceLater } from '../../controllers/pods/availability.ts';
import type { DaemonSet, Node, Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import type { Change, World } from '../run/world.ts';
import { belongsOn, isDeletion, isLive, nodeOf, ownedBy } from './podStates.ts';
import type { Checks, PromiseToKeep } from './promise.ts';
import { RecentVersions } from './recentVersions.ts';

/**
 * The nodes on which a DaemonSet itself took an available daemon away, and has not brought a ready one since, are never more than
 * `maxUnavailable` (rounded up). With `OnDelete` it takes none. One that has not been ready for `minReadySeconds` is missing already, also
 * by an hour that was set back since; but not one that by that hour is yet to become ready.
 * Pods that users, evictions, taints or the loss of a node took are not its doing and do not count; of a budget that was changed
 * lately the largest holds.
 */
export const updateBudget: PromiseToKeep = {
  name: 'a rolling update takes no more daemons away than maxUnavailable',
  watch: (world) => new UpdateBudget(world),
};

class UpdateBudget implements Checks {
  readonly #world: World;
  readonly #daemonSets: RecentVersions<DaemonSet>;
  readonly #nodes: RecentVersions<Node>;
  /** By the DaemonSet's uid: where it took one away. */
  readonly #taken = new Map<string, Set<string>>();
  /** By the pod's uid: since when it has been ready, by the stopwatch; undefined when it is so no more. */
  readonly #readySince = new Map<string, number | undefined>();

  constructor(world: World) {
    this.#world = world;
    this.#daemonSets = new RecentVersions(world, 'DaemonSet');
    this.#nodes = new RecentVersions(world, 'Node');
  }

  afterChange(change: Change): string | undefined {
    this.#daemonSets.note(change);
    this.#nodes.note(change);
    if (change.kind === 'Node') this.#nodeChanged(change.object as Node);
    return change.kind === 'Pod' ? this.#podChanged(change) : undefined;
  }

  #nodeChanged(node: Node): void {
    if (this.#world.get('Node', node.metadata.name!)) return;
    for (const taken of this.#taken.values()) taken.delete(node.metadata.name!);
  }

  /** Where a daemon does not belong any more, or did not until lately, nobody owes one. */
  #forgetUnwanted(taken: Set<string>, daemonSet: DaemonSet): void {
    for (const name of taken) {
      const versions = this.#nodes.all().filter(({ metadata }) => metadata.name === name);
      const isWanted = versions.every((node) => belongsOn(daemonSet, node));
      if (!isWanted || !this.#world.get('Node', name)) taken.delete(name);
    }
  }

  #podChanged(change: Change): string | undefined {
    const pod = change.object as Pod;
    const owned = ownedBy('DaemonSet', pod);
    const node = nodeOf(pod);
    if (!owned || !node) return undefined;
    const before = change.before as Pod | undefined;
    const wasTaken =
      isDeletion(change) && before && isLive(before) && this.#isAvailable(before, owned.ownerUid);
    this.#noteReadiness(change, pod, owned.ownerUid, node);
    return wasTaken ? this.#availableOneDeleted(pod, owned.ownerUid, node) : undefined;
  }

  #noteReadiness({ type }: Change, pod: Pod, ownerUid: string, node: string): void {
    const isReadyNow = isReady(pod) && isLive(pod) && type !== 'DELETED';
    const uid = uidOf(pod);
    if (isReadyNow) {
      this.#readySince.set(uid, this.#readySince.get(uid) ?? this.#world.elapsed);
      this.#taken.get(ownerUid)?.delete(node);
    } else if (this.#readySince.has(uid)) this.#readySince.set(uid, undefined);
  }

  #isAvailable(pod: Pod, ownerUid: string): boolean {
    const since = this.#readySince.get(uidOf(pod));
    if (since === undefined) return false;
    const seconds = this.#daemonSets.of(ownerUid).map(({ spec }) => spec.minReadySeconds ?? 0);
    const minReadySeconds = Math.max(0, ...seconds);
    const byStopwatch = this.#world.elapsed - since >= minReadySeconds * 1000;
    const { now } = this.#world;
    return byStopwatch && (isAvailable(pod, minReadySeconds, now) || isReadySinceLater(pod, now));
  }

  #availableOneDeleted(pod: Pod, ownerUid: string, node: string): string | undefined {
    const versions = this.#daemonSets.of(ownerUid);
    if (!this.#isItsDoing(pod, ownerUid, node, versions)) return undefined;
    const taken = this.#taken.getOrInsertComputed(ownerUid, () => new Set());
    this.#forgetUnwanted(taken, versions.at(-1)!);
    taken.add(node);
    const mostNodes = new Set(this.#nodes.all().map(({ metadata }) => metadata.name)).size;
    const budget = Math.max(...versions.map((version) => budgetOf(version, mostNodes)));
    if (taken.size <= budget) return undefined;
    return `pod ${pod.metadata.name} was taken from ${node}; daemons are missing on ${[...taken].sort().join(', ')}, and ${budget} may be`;
  }

  #isItsDoing(pod: Pod, ownerUid: string, node: string, versions: readonly DaemonSet[]): boolean {
    const nodes = this.#nodes.all().filter(({ metadata }) => metadata.name === node);
    const current = versions.at(-1);
    if (!current || isBeingDeleted(current) || this.#world.isTouched(pod)) return false;
    if (!this.#world.get('DaemonSet', `${pod.metadata.namespace}/${current.metadata.name}`)) return false;
    if (!this.#world.get('Node', node)) return false;
    if (!nodes.every((version) => versions.every((daemonSet) => belongsOn(daemonSet, version)))) return false;
    const others = this.#world
      .podsOf(ownerUid)
      .filter((other) => nodeOf(other) === node && uidOf(other) !== uidOf(pod) && isLive(other));
    return !others.some((other) => this.#readySince.has(uidOf(other)) || this.#world.isTouched(other));
  }
}

function budgetOf({ spec }: DaemonSet, nodes: number): number {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (type === 'OnDelete') return 0;
  const maxSurge = scaledValue(rollingUpdate?.maxSurge ?? 0, nodes, true);
  const maxUnavailable = scaledValue(rollingUpdate?.maxUnavailable ?? 1, nodes, true);
  return maxSurge === 0 ? Math.max(1, maxUnavailable) : maxUnavailable;
}
