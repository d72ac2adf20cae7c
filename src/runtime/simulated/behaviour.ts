import { parseQuantity } from '../../apimachinery/quantity.ts';
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
  /** What it uses of a processor, in billionths of a core. */
  readonly nanoCores: number;
  readonly memoryBytes: number;
}

/** What something uses that waits most of the time. */
const IDLE_CPU = '1m';
const IDLE_MEMORY = '4Mi';

/**
 * `sampan.dev/start-delay`, `run-time`, `ready-delay` (seconds, or `500ms`, `2m`), `exit-code`, `exit-code.<container>` and
 * `failure-rate` (0 to 1: how often it ends with 1); `cpu-usage` and `memory-usage` (quantities), also of one container
 * (`cpu-usage.<container>`). The same pod, container and attempt always behave the same under one seed.
 */
export function behaviourOf(
  sandbox: SandboxConfig,
  container: string,
  attempt: number,
  random: Random,
): Behaviour {
  const annotation = (name: string): string | undefined => sandbox.annotations[`sampan.dev/${name}`];
  const own = (name: string): string | undefined => annotation(`${name}.${container}`) ?? annotation(name);
  const exitCode = wholeNumber(own('exit-code'));
  const failureRate = Number(annotation('failure-rate') ?? 0);
  const fails =
    failureRate > 0 && random.stream(`${sandbox.uid}/${container}/${attempt}`).next() < failureRate;
  return {
    startDelayMs: span(annotation('start-delay')) ?? 0,
    runTimeMs: span(annotation('run-time')),
    exitCode: fails ? exitCode || 1 : exitCode,
    readyDelayMs: span(annotation('ready-delay')) ?? 0,
    nanoCores: billionths(own('cpu-usage'), IDLE_CPU),
    memoryBytes: Math.ceil(billionths(own('memory-usage'), IDLE_MEMORY) / 1e9),
  };
}

/** Of what cannot be read, or is less than nothing, those of the usual. */
function billionths(text: string | undefined, usual: string): number {
  try {
    const { nano } = parseQuantity(text ?? usual);
    if (nano >= 0n) return Number(nano);
  } catch {
    // As if it were not there.
  }
  return Number(parseQuantity(usual).nano);
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) & 255 : undefined;

function span(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return text.endsWith('ms') ? durationMs(text.slice(0, -2))! / 1000 || 0 : durationMs(text);
}
