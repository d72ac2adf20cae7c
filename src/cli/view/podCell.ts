import type { Pod } from '../../generated/types.ts';

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
  const { phase, conditions, containerStatuses } = pod.status ?? {};
  if (phase === 'Succeeded') return MARKS.succeeded;
  if (phase === 'Failed') return MARKS.failed;
  if (pod.metadata.deletionTimestamp) return MARKS.leaving;
  if (containerStatuses?.some(({ state }) => /BackOff|Err/.test(state?.waiting?.reason ?? '')))
    return MARKS.failed;
  if (conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')) return MARKS.ready;
  return phase === 'Running' ? MARKS.running : MARKS.waiting;
}
