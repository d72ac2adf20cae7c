import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { runtimeContract } from '../runtime.contract.ts';
import { POD } from '../testing/configs.ts';
import { CriRuntime } from './criRuntime.ts';
import { TestContainerd, whyNoContainers } from './testing/containerd.ts';

const impediment = whyNoContainers();
let containerd: TestContainerd;
beforeAll(async () => {
  if (!impediment) containerd = await TestContainerd.start();
});
afterAll(() => containerd?.stop());

async function open(directory?: string): Promise<{ runtime: CriRuntime; directory: string }> {
  const own = directory ?? (await mkdtemp(join(containerd.directory, 'node-')));
  const { socket, bridge } = containerd;
  const runtime = await CriRuntime.open({ clock: new SystemClock(), socket, directory: own, bridge });
  await runtime.usePodRange('10.199.1.0/24');
  return { runtime, directory: own };
}

async function removeAll(runtime: CriRuntime): Promise<void> {
  for (const { id } of await runtime.listPodSandboxes()) await runtime.removePodSandbox(id);
  await runtime.close();
}

const isolation = {
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

runtimeContract(
  'cri',
  async () => {
    const { runtime } = await open();
    return {
      runtime,
      pod: { ...POD, isolation },
      address: /^10\.199\.1\.\d+$/,
      pass: (promise) => promise,
      close: () => removeAll(runtime),
    };
  },
  impediment,
);
