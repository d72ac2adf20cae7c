import { TestContainerd } from '../src/runtime/cri/testing/containerd.ts';
import { whyNoContainers } from '../src/runtime/cri/testing/whyNoContainers.ts';
import { measureImageChange, measureJob, measureStarts, untilNodesAreReady } from './realPods.ts';
import { percentile, report } from './support/report.ts';
import { type Server, startServer } from './support/server.ts';

const RANGE = '10.198.1.0/24';

/** Jobs, starts of pods and a rollout with real processes and with real containers. */
export async function benchCri(): Promise<void> {
  await measure('process', ['--runtime', 'process']);
  const impediment = whyNoContainers();
  if (impediment) {
    console.log(JSON.stringify({ skipped: 'cri', why: impediment }));
    return;
  }
  const containerd = await TestContainerd.start();
  try {
    await containerd.provideNetwork(RANGE);
    const { socket, podLogsDir } = containerd;
    await measure('cri', ['--runtime', 'cri', '--cri-socket', socket, '--pod-logs-dir', podLogsDir]);
  } finally {
    await containerd.stop();
  }
}

async function measure(runtime: string, args: readonly string[]): Promise<void> {
  await using server = await startServer('--nodes', '4', ...args);
  await untilNodesAreReady(server.api, 5);
  await reportJob(server, runtime, 'sleep 10', { completions: 1, parallelism: 1 });
  await reportJob(server, runtime, '6 × sleep 10 in series', { completions: 6, parallelism: 1 });
  await reportJob(server, runtime, '6 × sleep 10 two at a time', { completions: 6, parallelism: 2 });
  const starts = await measureStarts(server.api, 50);
  report(`${runtime}: pod created to Running`, 'ms', starts, {
    p50: Math.round(percentile(starts, 50)),
    p99: Math.round(percentile(starts, 99)),
  });
  report(`${runtime}: DaemonSet image change, 4 nodes, minReadySeconds 5`, 'ms', [
    await measureImageChange(server.api),
  ]);
}

async function reportJob(
  { api }: Server,
  runtime: string,
  what: string,
  size: { completions: number; parallelism: number },
): Promise<void> {
  const { elapsedMs, durationSeconds, hops } = await measureJob(api, size);
  report(`${runtime}: Job ${what}`, 'ms', [elapsedMs], { DURATION: `${durationSeconds}s`, ...hops });
}
