import type { Pod } from '../../generated/types.ts';

export const isSucceeded = ({ status }: Pod): boolean => status?.phase === 'Succeeded';
export const isFailed = ({ status }: Pod): boolean => status?.phase === 'Failed';
/** Nothing of it runs any more, and nothing will. */
export const isTerminal = (pod: Pod): boolean => isSucceeded(pod) || isFailed(pod);
