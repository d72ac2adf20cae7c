import type { RemoteCommandResult } from '../apimachinery/remoteCommand.ts';
import type { ContainerConfig, ExecResult } from './runtime.ts';

/** What every runtime says when it is asked for something that is not there. */
export const noSandbox = ({ name }: ContainerConfig, sandboxId: string): Error =>
  new Error(`Cannot create container "${name}": there is no sandbox ${sandboxId}`);

export const noContainer = (what: 'start' | 'read the log of', containerId: string): Error =>
  new Error(`Cannot ${what} container ${containerId}: there is none`);

export const notRunning = (containerId: string): RemoteCommandResult => ({
  kind: 'failed',
  message: notRunningMessage(containerId),
});

export const notRunningResult = (containerId: string): ExecResult => ({
  stdout: '',
  stderr: notRunningMessage(containerId),
  exitCode: 1,
});

const notRunningMessage = (containerId: string) => `container ${containerId} is not running`;
