import { createCluster } from '../src/index.ts';
import { CronJobs, Jobs } from '../src/resources/kinds.ts';
import { rssMb } from './idle.ts';
import { report, timed } from './support/report.ts';

const AT_ONCE = 500;
const NODES = 200;
const HOUR_MS = 3_600_000;
const LONGEST_MINUTES = 30;

const hourly = (name: string) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name, namespace: 'default' },
  spec: {
    schedule: '0 * * * *',
    jobTemplate: {
      spec: {
        template: {
          metadata: {},
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'main', image: 'alpine', command: ['sleep', '5'] }],
          },
        },
      },
    },
  },
});

/** So many CronJobs that are due in the same moment (kubernetes#94328 has 20,000): until each has had its run, on virtual time. */
export async function benchManyCronJobs(count: number): Promise<void> {
  await using cluster = await createCluster({ history: false, nodes: NODES });
  for (let first = 0; first < count; first += AT_ONCE) {
    const names = Array.from(
      { length: Math.min(AT_ONCE, count - first) },
      (_, index) => `c-${first + index}`,
    );
    await Promise.all(names.map((name) => cluster.client.create(CronJobs, hourly(name))));
  }
  const wallMs = await timed(async () => {
    await cluster.clock.advance(HOUR_MS);
    for (let minute = 0; !(await isAllDone(cluster, count)); minute++) {
      if (minute === LONGEST_MINUTES) throw new Error('not every CronJob has had its run');
      await cluster.clock.advance(60_000);
    }
  });
  report(`${count} CronJobs due at once, until all jobs are done`, 's', [wallMs / 1000]);
  report(`${count} CronJobs due at once: memory afterwards (RSS)`, 'MB', [rssMb(process.pid)]);
}

async function isAllDone(
  { client }: Awaited<ReturnType<typeof createCluster>>,
  count: number,
): Promise<boolean> {
  const { items } = await client.list(Jobs, { namespace: 'default' });
  return items.length === count && items.every(({ status }) => status?.succeeded === 1);
}
