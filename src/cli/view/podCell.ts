import type { Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { isFailed, isSucceeded } from '../../resources/pod/podPhase.ts';

/** How a pod looks in the view: one letter-sized mark, and a colour that `util.styleText` knows. */
export interface Mark {
  readonly text: string;
  readonly colour: 'green' | 'yellow' | 'red' | 'blue' | 'gray' | 'magenta';
}

export const MARKS = {
  ready: { text: '●', colour: 'green' },
  running: { text: '◐', colour: 'yellow' },
  waiting: { text: '○', colour: 'yellow' },
  leaving: { text: '◌', colour: 'magenta' },
  succeeded: { text: '✓', colour: 'blue' },
  failed: { text: '✗', colour: 'red' },
} as const satisfies Record<string, Mark>;

export function markOf(pod: Pod): Mark {
  const { phase, containerStatuses } = pod.status ?? {};
  if (isSucceeded(pod)) return MARKS.succeeded;
  if (isFailed(pod)) return MARKS.failed;
  if (pod.metadata.deletionTimestamp) return MARKS.leaving;
  if (containerStatuses?.some(({ state }) => /BackOff|Err/.test(state?.waiting?.reason ?? '')))
    return MARKS.failed;
  if (isReady(pod)) return MARKS.ready;
  return phase === 'Running' ? MARKS.running : MARKS.waiting;
}
