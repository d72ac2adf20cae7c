import type { Ms } from '../../clock/clock.ts';
import type { Probe } from '../../generated/types.ts';
import { type ProbeKind, Prober } from './prober.ts';
import type { ProbeTarget } from './runProbe.ts';

export interface ContainerProbesOptions {
  readonly target: ProbeTarget;
  /** When the container started, by what has elapsed. */
  readonly startedAt: Ms;
  readonly onVerdict: (kind: ProbeKind, isPassed: boolean) => void;
  readonly onFailure: (kind: ProbeKind, message: string) => void;
}

/** The probes of one life of a container. Liveness and readiness begin when the startup probe has passed. */
export class ContainerProbes {
  readonly #options: ContainerProbesOptions;
  readonly #probers = new Map<ProbeKind, Prober>();

  constructor(options: ContainerProbesOptions) {
    this.#options = options;
    const { startupProbe } = options.target.container;
    if (startupProbe) this.#start('startup', startupProbe);
    else this.#startOthers();
  }

  /** While the pod ends, its readiness is still worth knowing. */
  stop(kinds: readonly ProbeKind[] = ['startup', 'liveness', 'readiness']): void {
    for (const kind of kinds) this.#probers.get(kind)?.stop();
  }

  #startOthers(): void {
    const { livenessProbe, readinessProbe } = this.#options.target.container;
    if (livenessProbe) this.#start('liveness', livenessProbe);
    if (readinessProbe) this.#start('readiness', readinessProbe);
  }

  #start(kind: ProbeKind, probe: Probe): void {
    const { target, startedAt, onVerdict, onFailure } = this.#options;
    const takeVerdict = (isPassed: boolean) => {
      if (kind === 'startup') this.stop(['startup']);
      if (kind === 'startup' && isPassed) this.#startOthers();
      onVerdict(kind, isPassed);
    };
    this.#probers.set(
      kind,
      new Prober({
        kind,
        probe,
        target,
        startedAt,
        onVerdict: takeVerdict,
        onFailure: (message) => onFailure(kind, message),
      }),
    );
  }
}
