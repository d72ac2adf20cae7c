import type { Container, ContainerStateTerminated, ContainerStatus, Pod } from '../../generated/types.ts';
import { isReady } from '../conditions.ts';
import { isSidecar } from './containers.ts';
import { isTerminal } from './podPhase.ts';

/** What `kubectl get pods` says of a pod's containers (upstream's `printPod`). */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** `Running`, `Init:0/1`, `CrashLoopBackOff`, `Completed`, `Terminating`… */
  readonly status: string;
  readonly restarts: number;
  /** When the last container ended that was started again; undefined when none was. */
  readonly lastRestart: string | undefined;
}

interface Tally {
  ready: number;
  restarts: number;
  lastRestart: string | undefined;
}

export function podSummary(pod: Pod): PodSummary {
  const initContainers = pod.spec?.initContainers ?? [];
  const total = (pod.spec?.containers?.length ?? 0) + initContainers.filter(isSidecar).length;
  const init = initSummary(pod, initContainers);
  if (init.status !== undefined && !isInitialized(pod)) {
    return { ...init.all, total, status: overriddenStatus(pod, init.status) };
  }
  const main = mainSummary(pod, init.sidecars, init.status ?? initialStatus(pod));
  return { ...main.tally, total, status: overriddenStatus(pod, main.status) };
}

function initialStatus({ status }: Pod): string {
  const isGated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return isGated ? 'SchedulingGated' : status?.reason || status?.phase || '';
}

const isInitialized = ({ status }: Pod): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Initialized' && condition.status === 'True') ??
  false;

/** Counts init containers up to the first that is not done; `status` says what that one does. */
function initSummary(pod: Pod, initContainers: readonly Container[]) {
  const all: Tally = { ready: 0, restarts: 0, lastRestart: undefined };
  const sidecars: Tally = { ready: 0, restarts: 0, lastRestart: undefined };
  const byName = new Map(initContainers.map((container) => [container.name, container]));
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(byName.get(status.name));
    count(all, status);
    if (sidecar) count(sidecars, status);
    if (status.state?.terminated?.exitCode === 0) continue;
    if (sidecar && status.started) {
      if (status.ready) {
        all.ready++;
        sidecars.ready++;
      }
      continue;
    }
    return { all, sidecars, status: initStatusText(status, index, initContainers.length) };
  }
  return { all, sidecars, status: undefined };
}

function initStatusText({ state }: ContainerStatus, index: number, total: number): string {
  if (state?.terminated) return `Init:${terminatedText(state.terminated)}`;
  const reason = state?.waiting?.reason;
  return reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${index}/${total}`;
}

/** The first container that has something to say is heard: upstream walks backwards, and the last word stays. */
function mainSummary(pod: Pod, tally: Tally, initial: string) {
  let status = initial;
  let hasRunning = false;
  for (const container of (pod.status?.containerStatuses ?? []).toReversed()) {
    count(tally, container);
    const { waiting, terminated, running } = container.state ?? {};
    if (waiting?.reason) status = waiting.reason;
    else if (terminated) status = terminatedText(terminated);
    else if (container.ready && running) {
      hasRunning = true;
      tally.ready++;
    }
  }
  if (status === 'Completed' && hasRunning) status = isReady(pod) ? 'Running' : 'NotReady';
  return { tally, status };
}

function terminatedText({ reason, signal, exitCode }: ContainerStateTerminated): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function count(tally: Tally, { restartCount = 0, lastState }: ContainerStatus): void {
  tally.restarts += restartCount;
  const finished = lastState?.terminated?.finishedAt;
  if (finished && (tally.lastRestart === undefined || finished > tally.lastRestart))
    tally.lastRestart = finished;
}

function overriddenStatus(pod: Pod, text: string): string {
  if (!pod.metadata.deletionTimestamp) return text;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return isTerminal(pod) ? text : 'Terminating';
}
