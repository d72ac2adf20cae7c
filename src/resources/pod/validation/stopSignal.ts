import { type FieldError, forbiddenField, notSupported } from '../../../apimachinery/fieldErrors.ts';
import type { PodOS } from '../../../generated/types.ts';

const NAMED =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ';

const numbered = (name: string, sign: '+' | '-', last: number): string[] => [
  name,
  ...Array.from({ length: last }, (_, index) => `${name}${sign}${index + 1}`),
];

const OF_LINUX = [...NAMED.split(' '), ...numbered('RTMIN', '+', 15), ...numbered('RTMAX', '-', 14)]
  .map((name) => `SIG${name}`)
  .sort();
const OF_WINDOWS = ['SIGKILL', 'SIGTERM'];

/** `lifecycle.stopSignal`: one of those that the pod's system, which must be told, has (KEP-4960). */
export function checkStopSignal(
  errors: FieldError[],
  field: string,
  signal: string | undefined,
  os: PodOS | undefined,
): void {
  if (signal === undefined) return;
  if (!os) {
    errors.push(forbiddenField(field, 'may not be set for containers with empty `spec.os.name`'));
    return;
  }
  // A system that there is not is told of elsewhere.
  const known = os.name === 'windows' ? OF_WINDOWS : os.name === 'linux' ? OF_LINUX : [signal];
  if (!known.includes(signal)) errors.push(notSupported(field, signal, known));
}
