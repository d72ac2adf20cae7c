import { constants } from 'node:os';

const SIGTERM = 15;
export const SIGKILL = 9;

/** The number of `SIGTERM`, `SIGQUIT`, …; SIGTERM's for what is no signal. */
export function signalNumber(name: string | undefined): number {
  const numbers = constants.signals as Record<string, number>;
  return name !== undefined && Object.hasOwn(numbers, name) ? numbers[name]! : SIGTERM;
}

/** How a container shows that a signal ended it. */
export const exitCodeOfSignal = (signal: number): number => 128 + signal;
