import { Command, Option } from 'commander';
import { SystemClock } from '../clock/systemClock.ts';
import { CLOCK_PATH, type ClockAnswer } from '../cluster/clock/clockEndpoint.ts';
import type { Why } from '../cluster/why/row.ts';
import { type WhyOptions, why } from '../cluster/why/why.ts';
import { type AdminAccess, withAdmin } from './adminClient.ts';
import { inColumns } from './columns.ts';
import { dataDirOption } from './dataDirOption.ts';

interface Options extends WhyOptions {
  readonly dataDir: string;
  readonly output: 'table' | 'json';
}

const clock = new SystemClock();

/** `sampan why daemonset/<name>`: why each node has, or has not, its pod; of Jobs, CronJobs and Pods what they wait for. */
export const whyCommand = (): Command =>
  new Command('why')
    .description(
      'tell for each node why it has, or has not, a pod of a DaemonSet; of a Job, a CronJob or a Pod what it waits for',
    )
    .argument('<object>', 'daemonset/agent, job/report, cronjob/backup, pod/a')
    .addOption(dataDirOption())
    .option('-n, --namespace <name>', 'where it is', 'default')
    .option('--node <name>', 'this node alone')
    .addOption(
      new Option('-o, --output <form>', 'how to print it').choices(['table', 'json']).default('table'),
    )
    .action((object: string, options: Options) =>
      withAdmin(options.dataDir, clock, async (access) => {
        const rows = await why(access.client, object, options, {
          now: await timeOf(access),
          localTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        });
        if (options.output === 'json') console.log(JSON.stringify(rows, undefined, 2));
        else for (const line of whyTable(rows)) console.log(line);
      }),
    );

/** The cluster's time: its clock may be a virtual one. */
const timeOf = async ({ client }: AdminAccess) => (await client.raw<ClockAnswer>('GET', CLOCK_PATH)).time;

const whyTable = (rows: readonly Why[]): string[] =>
  inColumns(rows.some(({ object }) => object !== undefined) ? byObject(rows) : byNode(rows));

const byNode = (rows: readonly Why[]): string[][] => [
  ['NODE', 'POD', 'STATE', 'WHY'],
  ...rows.map(({ node = '-', pod = '-', state, why }) => [node, pod, state, why]),
];

const byObject = (rows: readonly Why[]): string[][] => [
  ['OBJECT', 'NODE', 'STATE', 'WHY'],
  ...rows.map(({ object = '-', node = '-', state, why }) => [object, node, state, why]),
];
