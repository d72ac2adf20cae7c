import type { NodeSources } from '../nodeSources.ts';
import type { HostServices, HostServicesOptions } from './hostServices.ts';

interface Shared {
  readonly services: Promise<HostServices>;
  users: number;
}

/** Agents that share their sources live in one process, on one host. */
const shared = new Map<NodeSources, Shared>();

/** The one that does a host's part for services, for all agents of a process. Whoever has joined must leave. */
export async function joinHostServices(options: HostServicesOptions): Promise<HostServices> {
  const there = shared.get(options.sources);
  const one = there ?? { services: load(options), users: 0 };
  shared.set(options.sources, one);
  one.users++;
  return one.services;
}

/** The last one stops it. */
export async function leaveHostServices(sources: NodeSources, how: { removes: boolean }): Promise<void> {
  const one = shared.get(sources);
  if (!one || --one.users > 0) return;
  shared.delete(sources);
  await (await one.services).stop(how);
}

/** Only where pods have a network of their own is any of it needed. */
async function load(options: HostServicesOptions): Promise<HostServices> {
  const { HostServices } = await import('./hostServices.ts');
  return HostServices.start(options);
}
