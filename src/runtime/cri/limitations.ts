import type { ContainerConfig, SandboxConfig } from '../runtime.ts';
import type { CriService } from './criService.ts';

/** What this runtime can do and others cannot. */
export interface Abilities {
  /** containerd sends any signal to a container, by its own API. */
  readonly sendsSignals: boolean;
  /** From containerd 2.0 on. */
  readonly keepsGroupsStrict: boolean;
}

export async function abilitiesOf(cri: CriService): Promise<Abilities> {
  const [{ runtimeName }, { features }] = await Promise.all([cri.version(), cri.status()]);
  return {
    sendsSignals: runtimeName === 'containerd',
    keepsGroupsStrict: features?.supplementalGroupsPolicy ?? false,
  };
}

/** What a pod and its containers ask for and do not get. */
export const limitationsOf = (
  pod: SandboxConfig,
  containers: readonly ContainerConfig[],
  abilities: Abilities,
): string[] => [...ofPod(pod), ...containers.flatMap((container) => [...ofContainer(container, abilities)])];

function* ofPod({ isolation }: SandboxConfig): Generator<string> {
  if (isolation?.ownUsers)
    yield 'The users of the pod are the users of the host: "hostUsers: false" is not heeded';
  if (isolation?.runtimeClass)
    yield `The pod is run as all others: there is no RuntimeClass "${isolation.runtimeClass}"`;
}

function* ofContainer(
  { name, stopSignal, isolation }: ContainerConfig,
  { sendsSignals, keepsGroupsStrict }: Abilities,
): Generator<string> {
  if (stopSignal !== undefined && !sendsSignals)
    yield `Container ${name} is stopped with the stop signal of its image: the runtime takes no other`;
  if (isolation?.strictGroups && !keepsGroupsStrict)
    yield `The user of container ${name} has the groups of its image, too: the runtime has no strict supplementalGroupsPolicy`;
}
