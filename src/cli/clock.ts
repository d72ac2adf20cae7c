import { Command } from 'commander';
import { delay, timestamp } from '../clock/clock.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { parseTimeOfDay } from '../clock/timeOfDay.ts';
import { CLOCK_PATH, type ClockAnswer, type TurnRequest } from '../cluster/clock/clockEndpoint.ts';
import { type AdminAccess, withAdmin } from './adminClient.ts';
import { askedToStop } from './askedToStop.ts';
import { dataDirOption } from './dataDirOption.ts';
import { durationOption } from './duration.ts';
import { UserError } from './userError.ts';

interface Where {
  readonly dataDir: string;
}
interface UntilOptions extends Where {
  readonly namespace: string;
  readonly limit: number;
}

const DAY_MS = 86_400_000;
/** How often a running clock is moved on. */
const BEAT_MS = 200;
const clock = new SystemClock();

/** `sampan clock …`: turns the clock of a cluster that was started with `--clock virtual`. */
export const clockCommand = (): Command =>
  new Command('clock')
    .description('tell and turn the clock of a cluster that was started with --clock virtual')
    .addCommand(nowCommand())
    .addCommand(advanceCommand())
    .addCommand(untilCommand())
    .addCommand(runCommand());

const nowCommand = () =>
  new Command('now')
    .description("print the cluster's time")
    .addOption(dataDirOption())
    .action(({ dataDir }: Where) =>
      withAdmin(dataDir, clock, async (access) => console.log(timestamp((await look(access)).time))),
    );

const advanceCommand = () =>
  new Command('advance')
    .description('run everything that is due in that time: 2h, 90m, 7d')
    .argument('<duration>', 'how far', durationOption)
    .addOption(dataDirOption())
    .action((durationMs: number, { dataDir }: Where) =>
      withAdmin(dataDir, clock, async (access) => {
        const { time } = await look(access);
        console.log(timestamp((await turn(access, { to: time + durationMs })).time));
      }),
    );

const untilCommand = () =>
  new Command('until')
    .description('run until a time (2027-03-28T03:30+02:00), or until something holds (job/nightly complete)')
    .argument(
      '<condition...>',
      'a time, or an object and what shall become of it: ds/agent rolled-out, pod/web deleted',
    )
    .addOption(dataDirOption())
    .option('-n, --namespace <name>', 'where the object is', 'default')
    .option('--limit <duration>', 'how long to wait for it at most (default: 24h)', durationOption, DAY_MS)
    .action((words: string[], options: UntilOptions) =>
      withAdmin(options.dataDir, clock, (access) => until(access, words, options)),
    );

const runCommand = () =>
  new Command('run')
    .description('let time flow, at a multiple of real time, until Ctrl-C')
    .addOption(dataDirOption())
    .option('--speed <factor>', 'how many times as fast as real time', parseSpeed, 1)
    .action(({ dataDir, speed }: Where & { speed: number }) =>
      withAdmin(dataDir, clock, (access) => run(access, speed)),
    );

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= 100_000))
    throw new UserError(`--speed: "${text}" must be a number from 0 to 100000`);
  return speed;
}

async function until(access: AdminAccess, words: readonly string[], options: UntilOptions): Promise<void> {
  const { time } = await look(access);
  const [object = '', what = '', ...more] = words;
  if (!object.includes('/') || parseable(object)) {
    const target = parseTimeOfDay(words.join(' '));
    if (target < time)
      throw new UserError(`Cannot go to ${timestamp(target)}: it is ${timestamp(time)} already`);
    console.log(timestamp((await turn(access, { to: target })).time));
    return;
  }
  if (more.length > 0 || !what)
    throw new UserError(`"${words.join(' ')}" is no condition: it must be like "job/nightly complete"`);
  const limit = time + options.limit;
  const answer = await turn(access, { to: limit, until: { object, what, namespace: options.namespace } });
  if (!answer.isMet) {
    throw new UserError(`Waited in vain for "${words.join(' ')}": it is ${timestamp(answer.time)}`);
  }
  console.log(timestamp(answer.time));
}

/** A time may have a slash too: in the name of its zone. */
const parseable = (text: string): boolean => /^\d{4}-/.test(text);

async function run(access: AdminAccess, speed: number): Promise<void> {
  let isAsked = false;
  const asked = askedToStop().then(() => {
    isAsked = true;
  });
  const begun = clock.elapsed();
  const { time: from } = await look(access);
  while (!isAsked) {
    await Promise.race([delay(clock, BEAT_MS), asked]);
    const { time } = await turn(access, { to: from + (clock.elapsed() - begun) * speed });
    if (process.stdout.isTTY) process.stdout.write(`\r${timestamp(time)} `);
  }
  console.log(timestamp((await look(access)).time));
}

const look = ({ client }: AdminAccess) => client.raw<ClockAnswer>('GET', CLOCK_PATH);

/** A long way is gone in many requests, each of which the server keeps short. */
async function turn({ client }: AdminAccess, request: TurnRequest): Promise<ClockAnswer> {
  for (;;) {
    const answer = await client.raw<ClockAnswer>('POST', CLOCK_PATH, request);
    if (answer.isDone) return answer;
    if (process.stderr.isTTY) process.stderr.write(`\r${timestamp(answer.time)} `);
  }
}
