import { createCluster } from '../src/index.ts';
import { CronJobs } from '../src/resources/kinds.ts';
import { rssMb } from './idle.ts';
import { report, timed } from './support/report.ts';

const MINUTES_OF_A_YEAR = 365 * 24 * 60;
const DAY_MIN = 24 * 60;

/** Before the first run, and long after the code is warm: what the second part of a year costs. */
const WARM_UP_MIN = 60;

const everyMinute = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'every-minute', namespace: 'default' },
  spec: {
    schedule: '* * * * *',
    jobTemplate: {
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'main', image: 'alpine', command: ['true'] }],
          },
        },
      },
    },
  },
};

/**
 * A CronJob that is due every minute, on a cluster on virtual time: how long the machine needs for so many of its days, and for a year at
 * that pace. Every run is a Job and a Pod that are made, scheduled, run, counted and collected.
 */
export async function benchYear(days: number): Promise<void> {
  // One node is all that it takes; each gives six signs of life a minute.
  await using cluster = await createCluster({ history: false, nodes: 1 });
  await cluster.apply(everyMinute);
  await cluster.clock.advance(WARM_UP_MIN * 60_000);
  const runs = days * DAY_MIN;
  const writesBefore = await revision(cluster);
  const processorBefore = process.cpuUsage();
  const wallMs = await timed(() => cluster.clock.advance(runs * 60_000));
  const processor = process.cpuUsage(processorBefore);
  const processorMs = (processor.user + processor.system) / 1000;
  const writes = (await revision(cluster)) - writesBefore;
  await checkAllRan(cluster);

  const title = `every-minute CronJob on virtual time, ${days} ${days === 1 ? 'day' : 'days'}`;
  report(`${title}: per run`, 'µs', [(wallMs * 1000) / runs]);
  report(`${title}: per run, processor`, 'µs', [(processorMs * 1000) / runs]);
  report(`${title}: writes per run`, 'writes', [writes / runs]);
  report(`${title}: a year at that pace`, 's', [(wallMs / 1000 / runs) * MINUTES_OF_A_YEAR]);
  report(`${title}: memory afterwards (RSS)`, 'MB', [rssMb(process.pid)]);
}

type Cluster = Awaited<ReturnType<typeof createCluster>>;

async function revision({ client }: Cluster): Promise<number> {
  return Number((await client.list(CronJobs)).resourceVersion);
}

/** A pace at which runs are missed is none. */
async function checkAllRan({ client, clock, errors }: Cluster): Promise<void> {
  const { items } = await client.list(CronJobs, { namespace: 'default' });
  const last = Date.parse(items[0]?.status?.lastSuccessfulTime ?? '');
  if (!(clock.now() - last < 2 * 60_000)) throw new Error('the CronJob has not kept up with its schedule');
  if (errors.length > 0) throw new Error(`the cluster reported an error: ${errors[0]}`);
}
