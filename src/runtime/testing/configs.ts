import type { ContainerConfig, SandboxConfig } from '../runtime.ts';

export const POD: SandboxConfig = {
  namespace: 'default',
  name: 'pod',
  uid: 'uid-1',
  attempt: 0,
  labels: {},
  annotations: {},
  hostname: 'pod',
  hostNetwork: false,
  address: '10.244.1.2',
};

/** A container that is asked for nothing but what the test says. */
export const containerWith = (rest: Partial<ContainerConfig>): ContainerConfig => ({
  name: 'main',
  image: 'busybox:1',
  attempt: 0,
  command: [],
  args: [],
  workingDir: undefined,
  env: [],
  mounts: [],
  stdin: false,
  stdinOnce: false,
  tty: false,
  stopSignal: undefined,
  ...rest,
});

export const sh = (script: string, rest: Partial<ContainerConfig> = {}): ContainerConfig =>
  containerWith({ command: ['sh', '-c', script], ...rest });
