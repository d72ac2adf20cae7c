import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { httpHeaderName } from '../../../apimachinery/nameRules.ts';
import type {
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  PodOS,
  Probe,
  SleepAction,
} from '../../../generated/types.ts';
import { checkNonNegative } from '../../checks.ts';
import { checkPortNumber, checkPortNumberOrName } from './ports.ts';
import { checkStopSignal } from './stopSignal.ts';

const SCHEMES = ['HTTP', 'HTTPS'];

/** A probe or a hook: it does exactly one of these things. */
type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

interface HandlerContext {
  /** The pod's `terminationGracePeriodSeconds`. */
  readonly gracePeriodSeconds: number | undefined;
  readonly os: PodOS | undefined;
}

export type { HandlerContext };

/** A liveness or startup probe: one success is enough. */
export function checkLivenessProbe(
  errors: FieldError[],
  field: string,
  probe: Probe | undefined,
  context: HandlerContext,
): void {
  if (!probe) return;
  checkProbe(errors, field, probe, context);
  if (probe.successThreshold !== 1) {
    errors.push(invalidValue(`${field}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  }
}

/** A readiness probe: it kills nothing, so it has no grace period. */
export function checkReadinessProbe(
  errors: FieldError[],
  field: string,
  probe: Probe | undefined,
  context: HandlerContext,
): void {
  if (!probe) return;
  checkProbe(errors, field, probe, context);
  const { terminationGracePeriodSeconds: seconds } = probe;
  if (seconds === undefined) return;
  const path = `${field}.terminationGracePeriodSeconds`;
  errors.push(invalidValue(path, seconds, 'must not be set for readinessProbes'));
}

function checkProbe(errors: FieldError[], field: string, probe: Probe, context: HandlerContext): void {
  checkHandler(errors, field, probe, context);
  checkNonNegative(errors, `${field}.initialDelaySeconds`, probe.initialDelaySeconds);
  checkNonNegative(errors, `${field}.timeoutSeconds`, probe.timeoutSeconds);
  checkNonNegative(errors, `${field}.periodSeconds`, probe.periodSeconds);
  checkNonNegative(errors, `${field}.successThreshold`, probe.successThreshold);
  checkNonNegative(errors, `${field}.failureThreshold`, probe.failureThreshold);
  const { terminationGracePeriodSeconds: seconds } = probe;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'));
  }
}

export function checkLifecycle(
  errors: FieldError[],
  field: string,
  lifecycle: Lifecycle | undefined,
  context: HandlerContext,
): void {
  if (!lifecycle) return;
  if (lifecycle.postStart) checkHandler(errors, `${field}.postStart`, lifecycle.postStart, context);
  if (lifecycle.preStop) checkHandler(errors, `${field}.preStop`, lifecycle.preStop, context);
  checkStopSignal(errors, `${field}.stopSignal`, lifecycle.stopSignal, context.os);
}

function checkHandler(errors: FieldError[], field: string, handler: Handler, context: HandlerContext): void {
  const [first, ...others] = HANDLER_KINDS.filter((kind) => handler[kind] !== undefined);
  if (!first) errors.push(required(field, 'must specify a handler type'));
  else CHECKS[first](errors, `${field}.${first}`, handler, context);
  for (const other of others) {
    errors.push(forbiddenField(`${field}.${other}`, 'may not specify more than 1 handler type'));
  }
}

type HandlerKind = 'exec' | 'httpGet' | 'tcpSocket' | 'grpc' | 'sleep';
const HANDLER_KINDS: readonly HandlerKind[] = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];

const CHECKS: Record<
  HandlerKind,
  (errors: FieldError[], field: string, handler: Handler, context: HandlerContext) => void
> = {
  exec(errors, field, { exec }) {
    if (!exec?.command?.length) errors.push(required(`${field}.command`));
  },
  httpGet: (errors, field, { httpGet }) => checkHttpGet(errors, field, httpGet!),
  tcpSocket: (errors, field, { tcpSocket }) =>
    checkPortNumberOrName(errors, `${field}.port`, tcpSocket!.port),
  grpc: (errors, field, { grpc }) => checkPortNumber(errors, `${field}.port`, grpc!.port ?? 0),
  sleep: (errors, field, { sleep }, { gracePeriodSeconds }) =>
    checkSleep(errors, field, sleep!, gracePeriodSeconds),
};

function checkHttpGet(
  errors: FieldError[],
  field: string,
  { path, port, scheme, httpHeaders }: HTTPGetAction,
): void {
  if (!path) errors.push(required(`${field}.path`));
  checkPortNumberOrName(errors, `${field}.port`, port);
  if (!scheme || !SCHEMES.includes(scheme))
    errors.push(notSupported(`${field}.scheme`, scheme ?? '', SCHEMES));
  for (const { name } of httpHeaders ?? []) {
    for (const problem of httpHeaderName(name))
      errors.push(invalidValue(`${field}.httpHeaders`, name, problem));
  }
}

function checkSleep(
  errors: FieldError[],
  field: string,
  { seconds }: SleepAction,
  gracePeriodSeconds: number | undefined,
): void {
  if (gracePeriodSeconds === undefined || (seconds >= 0 && seconds <= gracePeriodSeconds)) return;
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriodSeconds})`;
  errors.push(invalidValue(field, seconds, detail));
}
