import { delay } from '../clock/clock.ts';
import type { LifecycleHandler } from '../generated/types.ts';
import type { ProbeOutcome } from '../runtime/runtime.ts';
import { type ProbeTarget, runProbe } from './probes/runProbe.ts';

/** Hooks have no timeout of their own: `preStop` ends with the grace period, `postStart` as late as it likes. */
const LONGEST_HOOK_SECONDS = 86_400;

/** Carries out a `postStart` or `preStop` hook. Never throws. */
export async function runHook(handler: LifecycleHandler, target: ProbeTarget): Promise<ProbeOutcome> {
  if (handler.sleep) {
    await delay(target.clock, handler.sleep.seconds * 1000);
    return { success: true, message: '' };
  }
  const { exec, httpGet, tcpSocket } = handler;
  return runProbe(
    {
      ...(exec && { exec }),
      ...(httpGet && { httpGet }),
      ...(tcpSocket && { tcpSocket }),
      timeoutSeconds: LONGEST_HOOK_SECONDS,
    },
    target,
  );
}
