import type { ContainerConfig } from '../runtime.ts';

/** What a container asks for and CRI cannot be told. */
export function limitationsOf({ name, stopSignal }: ContainerConfig): string[] {
  if (stopSignal === undefined) return [];
  return [`Container ${name} is stopped with the stop signal of its image: the runtime takes no other`];
}
