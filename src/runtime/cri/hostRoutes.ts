import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PodRoute } from '../runtime.ts';
import { type HostRoute, type NearNetwork, ownRoutes, planRoutes, ROUTE_PROTOCOL } from './routePlan.ts';

const run = promisify(execFile);
const ip = async <T>(...args: string[]): Promise<T[]> =>
  JSON.parse((await run('ip', ['-json', '-4', ...args])).stdout || '[]') as T[];
const hostRoutes = () => ip<HostRoute>('route', 'show');

/** Makes the host's routes to the pods of others those that are wanted. Rejects when one cannot be had; the others are made. */
export async function keepRoutes(wanted: readonly PodRoute[]): Promise<void> {
  const { remove, add, unreachable } = planRoutes(wanted, await hostRoutes(), await hostNetworks());
  for (const route of remove) await ignoring(change('del', route), GONE);
  for (const route of add) await ignoring(change('add', route), THERE);
  if (unreachable.length === 0) return;
  const places = unreachable.map(({ podCIDR, via }) => `${podCIDR} via ${via}`).join(', ');
  throw new Error(`Cannot route to pods of hosts that are in no network of this one: ${places}`);
}

/** Takes away what agents have set, and tells how many that were. */
export async function removeRoutes(): Promise<number> {
  const routes = ownRoutes(await hostRoutes());
  for (const route of routes) await ignoring(change('del', route), GONE);
  return routes.length;
}

// Agents of several processes may set the same routes at the same time.
const THERE = /File exists/;
const GONE = /No such process/;

const change = (what: 'add' | 'del', { podCIDR, via }: PodRoute) =>
  run('ip', ['route', what, podCIDR, 'via', via, 'proto', ROUTE_PROTOCOL]);

async function ignoring(work: Promise<unknown>, message: RegExp): Promise<void> {
  await work.catch((error: Error) => {
    if (!message.test(error.message)) throw error;
  });
}

interface Link {
  readonly flags: readonly string[];
  readonly addr_info: readonly NearNetwork[];
}

async function hostNetworks(): Promise<NearNetwork[]> {
  const links = await ip<Link>('addr', 'show', 'up');
  return links.filter(({ flags }) => !flags.includes('LOOPBACK')).flatMap((link) => link.addr_info);
}
