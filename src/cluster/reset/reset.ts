import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import { unmountAll } from '../../node/volumes/memoryVolume.ts';
import { DEFAULT_CRI_SOCKET } from '../../runtime/cri/criClient.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { readConfig } from '../clusterConfig.ts';
import { createRuntime, findNetworkPlaces, type RuntimeSurroundings } from '../createRuntime.ts';
import { DataDirectory } from '../dataDirectory.ts';
import { readNodeConfig } from '../join/nodeConfig.ts';
import { findRunning } from '../runningFile.ts';
import { stopProcess } from '../stopProcess.ts';
import { nodeDirectories } from './dataDirectories.ts';

export interface ResetOptions {
  /** The data directories of clusters, and of nodes that have joined. */
  readonly dataDirs: readonly string[];
  /** As it was for the cluster or the node, else containerd's, unless given. */
  readonly criSocket?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears of each thing that was removed, in one line. */
  tell(line: string): void;
}

/**
 * Undoes what `up` and `join` have done on this host: processes, pods, the pods' network, data directories. What is gone already is no
 * matter; when something fails the rest stays, so that it can be tried again.
 */
export async function reset(options: ResetOptions): Promise<void> {
  const { dataDirs, tell } = options;
  for (const dataDir of dataDirs) await stopNode(dataDir, options);
  for (const dataDir of dataDirs) await removePods(dataDir, options);
  await removeShared(options);
  await removeEmptyLogRoots(options);
  for (const dataDir of dataDirs) {
    // Nothing may be removed through what is mounted there.
    await unmountAll(dataDir);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    tell(`removed ${dataDir}`);
  }
}

async function stopNode(dataDir: string, { clock, tell }: ResetOptions): Promise<void> {
  const running = findRunning(new DataDirectory(dataDir));
  if (!running) return;
  const { pid } = running;
  if (await stopProcess(pid, clock)) return tell(`stopped process ${pid}`);
  process.kill(pid, 'SIGKILL');
  tell(`killed process ${pid}, which did not stop`);
}

async function removePods(dataDir: string, options: ResetOptions): Promise<void> {
  let count = 0;
  for (const directory of nodeDirectories(dataDir)) {
    const surroundings = { ...options, dataDir: directory, criSocket: socketOf(dataDir, options) };
    for (const runtime of await runtimesOf(surroundings)) count += await removeAll(runtime);
  }
  if (count > 0) options.tell(`removed ${count} ${count === 1 ? 'pod' : 'pods'} of ${dataDir}`);
}

/** All that may have run pods of a node. One that has left pods must answer: nobody would find them later. */
async function runtimesOf(surroundings: RuntimeSurroundings): Promise<Runtime[]> {
  const { dataDir } = surroundings;
  const runtimes: Runtime[] = [];
  if (existsSync(join(dataDir, 'containers'))) runtimes.push(await createRuntime('process', surroundings));
  const cri = await createRuntime('cri', surroundings).catch(async (error: Error) => {
    if (!(await hasCriPods(dataDir))) return undefined;
    throw new Error(`Cannot remove the pods of ${dataDir}: ${error.message}`);
  });
  return cri ? [...runtimes, cri] : runtimes;
}

/** Their folders are called `namespace_name_uid`. */
const hasCriPods = async (directory: string): Promise<boolean> =>
  (await readdir(join(directory, 'pods')).catch(() => [])).some((name) => name.split('_').length === 3);

async function removeAll(runtime: Runtime): Promise<number> {
  try {
    const sandboxes = await runtime.listPodSandboxes();
    await Promise.all(sandboxes.map(({ id }) => runtime.removePodSandbox(id)));
    return sandboxes.length;
  } finally {
    await runtime.close();
  }
}

/** What pods of all nodes share: their network, the parent of their control groups. Only root can have made one. */
async function removeShared(options: ResetOptions): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { leaveNetwork } = await import('../../runtime/cri/leaveNetwork.ts');
  const { removeParentGroups } = await import('../../runtime/cri/controlGroups.ts');
  const directories = options.dataDirs.flatMap(nodeDirectories);
  const sockets = new Set(options.dataDirs.map((dataDir) => socketOf(dataDir, options)));
  if (sockets.size === 0) sockets.add(options.criSocket ?? DEFAULT_CRI_SOCKET);
  for (const criSocket of sockets) {
    const places = await findNetworkPlaces(criSocket, options.clock);
    for (const line of await leaveNetwork(places, directories)) options.tell(line);
  }
  await removeParentGroups();
}

/** The nodes' pods have taken their logs along. */
async function removeEmptyLogRoots({ dataDirs, tell }: ResetOptions): Promise<void> {
  const { removeLogRoots } = await import('../../runtime/cri/podLogs.ts');
  for (const path of await removeLogRoots(dataDirs.flatMap(nodeDirectories))) tell(`removed ${path}`);
}

function socketOf(dataDir: string, { criSocket }: ResetOptions): string {
  const directory = new DataDirectory(dataDir);
  const kept = () => readConfig(directory)?.criSocket ?? readNodeConfig(directory)?.criSocket;
  return criSocket ?? kept() ?? DEFAULT_CRI_SOCKET;
}
