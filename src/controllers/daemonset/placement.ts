import type {
  Affinity,
  Node,
  ObjectMeta,
  Pod,
  PodTemplateSpec,
  Taint,
  Toleration,
} from '../../generated/types.ts';
import { isRequiredAtStartup } from '../../resources/daemonset/nodeStartup.ts';
import { type Misfit, misfitWith } from '../../resources/placement/nodeAffinity.ts';
import { KEEPING_OUT, untoleratedTaint } from '../../resources/placement/tolerations.ts';
import {
  DAEMONS_NOT_READY,
  DISK_PRESSURE,
  MEMORY_PRESSURE,
  NETWORK_UNAVAILABLE,
  NOT_READY,
  PID_PRESSURE,
  UNREACHABLE,
  UNSCHEDULABLE,
} from '../../resources/placement/wellKnownTaints.ts';

/** Whoever has a pod on each node that its template allows: a DaemonSet, a DaemonJob. */
export interface Daemon {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly template: PodTemplateSpec };
}

/** Whether a daemon belongs on a node, and whether one that is there may stay. */
export interface Placement {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
  /** What keeps it from the node; undefined where it should run. */
  readonly obstacle?: Obstacle;
}

export type Obstacle =
  | Misfit
  | { readonly kind: 'nodeName'; readonly wanted: string }
  | { readonly kind: 'taint'; readonly taint: Taint };

const WELCOME: Placement = { shouldRun: true, mayStay: true };
const keptOutBy = (obstacle: Obstacle, mayStay = false): Placement => ({
  shouldRun: false,
  mayStay,
  obstacle,
});

/**
 * Daemons run where their node selector and affinity allow it and no taint forbids it; one that is there stays through a new
 * NoSchedule taint (upstream's `NodeShouldRunDaemonPod`).
 */
export function placementOn(node: Node, daemon: Daemon, tolerations: readonly Toleration[]): Placement {
  const { spec } = daemon.spec.template;
  if (spec.nodeName && spec.nodeName !== node.metadata.name)
    return keptOutBy({ kind: 'nodeName', wanted: spec.nodeName });
  const misfit = misfitWith({ spec }, node);
  if (misfit) return keptOutBy(misfit);
  const { taints } = node.spec;
  if (!taints?.length) return WELCOME;
  const taint = untoleratedTaint(taints, tolerations, KEEPING_OUT);
  if (!taint) return WELCOME;
  const evicting = untoleratedTaint(taints, tolerations, ['NoExecute']);
  return keptOutBy({ kind: 'taint', taint: evicting ?? taint }, evicting === undefined);
}

const tolerationOf = (key: string, effect: string): Toleration => ({ key, operator: 'Exists', effect });

/** What every daemon tolerates: it must not leave a node that is in trouble. */
const DAEMON_TOLERATIONS: readonly Toleration[] = [
  tolerationOf(NOT_READY, 'NoExecute'),
  tolerationOf(UNREACHABLE, 'NoExecute'),
  tolerationOf(DISK_PRESSURE, 'NoSchedule'),
  tolerationOf(MEMORY_PRESSURE, 'NoSchedule'),
  tolerationOf(PID_PRESSURE, 'NoSchedule'),
  tolerationOf(UNSCHEDULABLE, 'NoSchedule'),
];
const HOST_NETWORK_TOLERATION = tolerationOf(NETWORK_UNAVAILABLE, 'NoSchedule');
/** Of daemons that others wait for. */
const STARTUP_TOLERATION = tolerationOf(DAEMONS_NOT_READY, 'NoSchedule');

/** The template's tolerations, where one of them is an automatic one without its limit in time, and then the other automatic ones. */
export function daemonTolerations(daemon: Daemon): readonly Toleration[] {
  const { spec } = daemon.spec.template;
  const own = spec.tolerations ?? [];
  const automatic = [
    ...DAEMON_TOLERATIONS,
    ...(spec.hostNetwork ? [HOST_NETWORK_TOLERATION] : []),
    ...(isRequiredAtStartup(daemon) ? [STARTUP_TOLERATION] : []),
  ];
  return [
    ...own.map((toleration) => automatic.find((other) => same(toleration, other)) ?? toleration),
    ...automatic.filter((toleration) => !own.some((other) => same(toleration, other))),
  ];
}

const same = (a: Toleration, b: Toleration) =>
  a.key === b.key &&
  a.effect === b.effect &&
  a.operator === b.operator &&
  (a.value ?? '') === (b.value ?? '');

/** The template's affinity, for this node alone (KEP-548). What the template asked of nodes has been looked at. */
export const affinityTo = (nodeName: string, affinity: Affinity | undefined): Affinity => ({
  ...affinity,
  nodeAffinity: {
    ...affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }],
    },
  },
});

/** The node that a daemon is on, or is meant for while the scheduler has not bound it yet. */
export function targetNode(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? []) {
    for (const field of term.matchFields ?? []) {
      if (field.key === 'metadata.name' && field.operator === 'In') return field.values?.[0];
    }
  }
  return undefined;
}
