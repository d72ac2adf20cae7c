import { SystemClock } from '../../clock/systemClock.ts';

/** How long a client may take over what it owes us: opening its streams, or closing the connection once all is said. */
const CLIENT_PATIENCE_MS = 30_000;

/**
 * Calls `giveUp` unless `done` settles in time. Real time, whatever the cluster's clock says: the client is real and so is its network.
 */
export async function giveUpUnless(done: Promise<unknown>, giveUp: () => void): Promise<void> {
  const cancel = new SystemClock().callIn(CLIENT_PATIENCE_MS, giveUp);
  await done.catch(() => {});
  cancel();
}
