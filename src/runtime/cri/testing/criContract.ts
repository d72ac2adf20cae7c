import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemClock } from '../../../clock/systemClock.ts';
import { runtimeContract } from '../../runtime.contract.ts';
import { POD } from '../../testing/configs.ts';
import { CriRuntime, type CriRuntimeOptions } from '../criRuntime.ts';
import type { TestContainerd } from './containerd.ts';

const clock = new SystemClock();

const ISOLATION = {
  hostPID: false,
  hostIPC: false,
  // The first process of a namespace of its own would not heed the stop signal.
  sharesProcesses: true,
  privileged: false,
  dns: { servers: ['10.96.0.10'], searches: ['cluster.local'], options: [] },
  hostAliases: [],
  ports: [],
  sysctls: {},
};

/** The contract of runtimes, with a containerd that need not be there before the tests begin. */
export function criContract(
  name: string,
  range: string,
  containerd: () => TestContainerd,
  impediment: string | undefined,
): void {
  runtimeContract(
    name,
    async () => {
      const { runtime } = await openRuntime(containerd(), range);
      return {
        runtime,
        clock,
        pod: { ...POD, isolation: ISOLATION },
        address: new RegExp(`^${range.replace(/0\/24$/, '').replaceAll('.', '\\.')}\\d+$`),
        pass: (promise) => promise,
        close: () => removeAll(runtime),
      };
    },
    impediment,
  );
}

/** A node's runtime, whose pods have addresses of a range that no other test has, and with a folder of its own unless one is given. */
export async function openRuntime(
  { socket, bridge, directory: home }: TestContainerd,
  range: string,
  directory?: string,
  more: Pick<CriRuntimeOptions, 'podPidsLimit' | 'podLogsDir'> = {},
): Promise<{ runtime: CriRuntime; directory: string }> {
  const own = directory ?? (await mkdtemp(join(home, 'node-')));
  const runtime = await CriRuntime.open({
    clock,
    socket,
    directory: own,
    bridge,
    clusterCIDR: '10.199.0.0/16',
    ...more,
  });
  await runtime.usePodRange(range);
  return { runtime, directory: own };
}

export async function removeAll(runtime: CriRuntime): Promise<void> {
  for (const { id } of await runtime.listPodSandboxes()) await runtime.removePodSandbox(id);
  await runtime.close();
}
