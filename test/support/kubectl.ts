import { type KubectlVersion, kubectlBinary } from '../../src/cli/kubectlBinary.ts';
import { Command, type CommandOptions, type Outcome, run } from './command.ts';
import type { Waiting } from './waiting.ts';

export { type KubectlVersion, kubectlBinary as kubectlPath };

export const KUBECTL_VERSIONS: readonly KubectlVersion[] = ['v1.20.0', 'v1.35.2'];

/** Where a kubectl finds its cluster, and where it may keep its caches. */
export interface KubectlHome {
  readonly kubeconfig: string;
  readonly home: string;
}

/** Runs a real kubectl to its end. */
export async function runKubectl(
  { kubeconfig, home }: KubectlHome,
  version: KubectlVersion,
  args: readonly string[],
  { env, ...options }: CommandOptions & Waiting = {},
): Promise<Outcome> {
  const environment = { KUBECONFIG: kubeconfig, HOME: home, ...env };
  return run(await kubectlBinary(version), args, { ...options, env: environment }, options);
}

/** Starts a real kubectl that goes on until it is stopped: `get -w`, `logs -f`, `exec -i`. */
export async function startKubectl(
  { kubeconfig, home }: KubectlHome,
  version: KubectlVersion,
  args: readonly string[],
  { env, ...options }: CommandOptions = {},
): Promise<Command> {
  const environment = { KUBECONFIG: kubeconfig, HOME: home, ...env };
  return new Command(await kubectlBinary(version), args, { ...options, env: environment });
}
