import { createCluster } from '../src/index.ts';
import { repeat, report, timed } from './support/report.ts';

/** A cluster for each test: how long one takes to be up and to stop. The first one in a process also loads and warms the code. */
export async function benchClusterStart(runs: number): Promise<void> {
  const first = await measure();
  const later = await repeat(runs, measure);
  const line = (what: string, results: readonly Result[], of: (result: Result) => number) =>
    report(`cluster in memory, 3 nodes: ${what}`, 'ms', results.map(of));
  line('the first of the process is up', [first], ({ up }) => up);
  line('a later one is up', later, ({ up }) => up);
  line('a later one has stopped', later, ({ stopped }) => stopped);
}

type Result = Record<'up' | 'stopped', number>;

async function measure(): Promise<Result> {
  let cluster: Awaited<ReturnType<typeof createCluster>>;
  const up = await timed(async () => {
    cluster = await createCluster();
  });
  const stopped = await timed(() => cluster.stop());
  return { up, stopped };
}
