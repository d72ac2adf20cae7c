import { setFlagsFromString } from 'node:v8';

/**
 * Start-up makes much that is of no use a moment later. V8 would give its young generation several times the room for that, and keep
 * it: 7 MB of an idle cluster's memory. So the room stays as it is until there is real work.
 */
export const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

/** V8's own factor: with more room there is less to collect under load. */
export const letYoungGenerationGrow = (): void => setFlagsFromString('--semi-space-growth-factor=2');
