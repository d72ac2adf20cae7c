import type { Cancel, Ms } from '../../clock/clock.ts';
import type { Probe } from '../../generated/types.ts';
import { type ProbeTarget, runProbe } from './runProbe.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

export interface ProberOptions {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly target: ProbeTarget;
  readonly startedAt: Ms;
  /** The probe's verdict, when its threshold is reached and it differs from the last one. */
  readonly onVerdict: (isPassed: boolean) => void;
  /** Each failure, with its output. */
  readonly onFailure: (message: string) => void;
}

/** Probes a container every period until stopped, and counts to the thresholds. */
export class Prober {
  readonly #options: ProberOptions;
  #cancel: Cancel;
  #isStopped = false;
  #verdict: boolean | undefined;
  #last: boolean | undefined;
  #inARow = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
    const { probe, startedAt, target } = options;
    const firstAt = startedAt + (probe.initialDelaySeconds ?? 0) * 1000;
    const { clock } = target;
    this.#cancel = clock.callIn(firstAt - clock.elapsed(), () => void this.#probe());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #probe(): Promise<void> {
    const { probe, target } = this.#options;
    this.#cancel = target.clock.callIn((probe.periodSeconds ?? 10) * 1000, () => void this.#probe());
    const { success, message } = await runProbe(probe, target);
    if (this.#isStopped) return;
    if (!success) this.#options.onFailure(message);
    this.#count(success);
  }

  #count(success: boolean): void {
    const { probe, onVerdict } = this.#options;
    this.#inARow = this.#last === success ? this.#inARow + 1 : 1;
    this.#last = success;
    const threshold = success ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (this.#inARow < threshold || this.#verdict === success) return;
    this.#verdict = success;
    onVerdict(success);
  }
}
