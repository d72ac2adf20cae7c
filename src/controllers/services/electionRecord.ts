import type { Endpoints } from '../../generated/types.ts';

const LEADER = 'control-plane.alpha.kubernetes.io/leader';

/** Endpoints that are no endpoints: programs of old agree by them on who leads. */
export const isElectionRecord = ({ metadata }: Endpoints): boolean =>
  metadata.annotations !== undefined && LEADER in metadata.annotations;
