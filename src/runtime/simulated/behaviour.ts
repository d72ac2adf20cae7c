import type { Random } from '../../clock/random.ts';
import type { SandboxConfig } from '../runtime.ts';
import { durationMs } from './shell/sleepDuration.ts';

/** What annotations under `sampan.dev/` ask of a pod's containers. */
export interface Behaviour {
  readonly startDelayMs: number;
  /** Ends after so long, whatever the command; undefined: as the command has it. */
  readonly runTimeMs: number | undefined;
  /** Ends with this code, whatever the command; undefined: as the command has it. */
  readonly exitCode: number | undefined;
  readonly readyDelayMs: number;
}

/**
 * `sampan.dev/start-delay`, `run-time`, `ready-delay` (seconds, or `500ms`, `2m`), `exit-code`, `exit-code.<container>` and
 * `failure-rate` (0 to 1: how often it ends with 1). The same pod, container and attempt always behave the same under one seed.
 */
export function behaviourOf(
  sandbox: SandboxConfig,
  container: string,
  attempt: number,
  random: Random,
): Behaviour {
  const annotation = (name: string): string | undefined => sandbox.annotations[`sampan.dev/${name}`];
  const exitCode = wholeNumber(annotation(`exit-code.${container}`) ?? annotation('exit-code'));
  const failureRate = Number(annotation('failure-rate') ?? 0);
  const fails =
    failureRate > 0 && random.stream(`${sandbox.uid}/${container}/${attempt}`).next() < failureRate;
  return {
    startDelayMs: span(annotation('start-delay')) ?? 0,
    runTimeMs: span(annotation('run-time')),
    exitCode: fails ? exitCode || 1 : exitCode,
    readyDelayMs: span(annotation('ready-delay')) ?? 0,
  };
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) & 255 : undefined;

function span(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return text.endsWith('ms') ? durationMs(text.slice(0, -2))! / 1000 || 0 : durationMs(text);
}
