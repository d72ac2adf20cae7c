import { X509Certificate } from 'node:crypto';
import type { Cancel, Clock, EpochMs } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';

export interface RenewalOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Has a new certificate made and put to use, and resolves to it (PEM). */
  renew(): Promise<string>;
  reportError(what: string, error: unknown): void;
}

const RETRY_MS = 600_000;

/** Renews a certificate, and the next one, and so on, until cancelled. A failure is reported and tried again after ten minutes. */
export function keepRenewed(certificate: string, options: RenewalOptions): Cancel {
  const { clock, random, renew, reportError } = options;
  let isOver = false;
  let cancelTimer: Cancel = () => {};
  // The hour counts: by it those who are shown the certificate say whether it is still good.
  const waitUntil = (time: EpochMs) => {
    if (!isOver) cancelTimer = clock.callAt(time, () => void turn());
  };
  const turn = async () => {
    try {
      waitUntil(renewalTime(await renew(), random));
    } catch (error) {
      reportError('renew the certificate', error);
      if (!isOver) cancelTimer = clock.callIn(RETRY_MS, () => void turn());
    }
  };
  waitUntil(renewalTime(certificate, random));
  return () => {
    isOver = true;
    cancelTimer();
  };
}

/** When 70 to 90 % of its life is over (upstream's certificate manager), so that not all nodes come at once. */
export function renewalTime(certificate: string, random: Random): EpochMs {
  const { validFrom, validTo } = new X509Certificate(certificate);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return from + (to - from) * (0.7 + 0.2 * random.next());
}
