import { scaledValue } from '../../apimachinery/intOrString.ts';
import { parseDuration } from '../../clock/duration.ts';
import type { DaemonSet } from '../../generated/types.ts';
import { type AnnotationRule, isSwitch, SWITCH } from '../annotationRules.ts';

// What a DaemonSet may ask of its rollouts beyond Kubernetes. Without these annotations nothing changes.

const PAUSED = 'sampan.dev/paused';
const PARTITION = 'sampan.dev/partition';
const UPDATE_ORDER = 'sampan.dev/update-order';
const IGNORE_DEAD_NODES = 'sampan.dev/ignore-dead-nodes';

const PROGRESS_DEADLINE = 'sampan.dev/progress-deadline';

const SECONDS = /^\d{1,9}$/;
const COUNT_OR_PERCENTAGE = /^\d{1,6}%?$/;

const annotation = ({ metadata }: DaemonSet, name: string): string | undefined =>
  metadata.annotations?.[name];

/** `sampan.dev/paused: "true"`: no daemon is updated for as long as it stands (#86619). New nodes get theirs all the same. */
export const isPaused = (daemonSet: DaemonSet): boolean => annotation(daemonSet, PAUSED) === 'true';

/** `sampan.dev/ignore-dead-nodes: "true"`: nodes that were not Ready before their update use up none of `maxUnavailable` (#117204, KEP-6250). */
export const ignoresDeadNodes = (daemonSet: DaemonSet): boolean =>
  annotation(daemonSet, IGNORE_DEAD_NODES) === 'true';

/** `sampan.dev/partition: "2"` or `"50%"`: so many of `desired` daemons stay as they are (#80130: a canary). */
export function partitionOf(daemonSet: DaemonSet, desired: number): number {
  const text = annotation(daemonSet, PARTITION) ?? '';
  if (!COUNT_OR_PERCENTAGE.test(text)) return 0;
  return scaledValue(text.endsWith('%') ? text : Number(text), desired, true);
}

/** `sampan.dev/update-order: topology.kubernetes.io/zone`: the nodes' label by whose values one group after the other is updated. */
export const updateOrderOf = (daemonSet: DaemonSet): string | undefined =>
  annotation(daemonSet, UPDATE_ORDER);

/**
 * `sampan.dev/progress-deadline: 10m`, or seconds: for how long a rollout may make no progress before it counts as stuck (KEP-2804). In
 * milliseconds.
 */
export const progressDeadlineMs = (daemonSet: DaemonSet): number | undefined =>
  deadlineIn(annotation(daemonSet, PROGRESS_DEADLINE) ?? '');

function deadlineIn(text: string): number | undefined {
  const ms = SECONDS.test(text) ? Number(text) * 1000 : parseDuration(text);
  return ms !== undefined && ms > 0 && Number.isFinite(ms) ? ms : undefined;
}

export const rolloutRules: readonly AnnotationRule[] = [
  [PAUSED, isSwitch, SWITCH],
  [IGNORE_DEAD_NODES, isSwitch, SWITCH],
  [
    PROGRESS_DEADLINE,
    (text) => deadlineIn(text) !== undefined,
    'a duration above zero or seconds, "10m" or "600"',
  ],
  [PARTITION, (text) => COUNT_OR_PERCENTAGE.test(text), 'a number of nodes or a percentage, "2" or "50%"'],
];
