import { newRun } from './cronJobRuns.ts';
import type { PromiseToKeep } from './promise.ts';

/** For each time that its schedule names a CronJob makes one job at most: not after a crash, an edit, nor when the clock was set back. */
export const oneJobPerTime: PromiseToKeep = {
  name: 'a CronJob never makes two jobs for one scheduled time',
  watch() {
    const made = new Map<string, Map<number, string>>();
    return {
      afterChange(change) {
        const run = newRun(change);
        if (!run) return undefined;
        const runs = made.getOrInsertComputed(run.cronJobUid, () => new Map());
        const name = run.job.metadata.name!;
        const earlier = runs.get(run.time);
        runs.set(run.time, name);
        return earlier && `job ${name} was made for ${iso(run.time)}, for which there was ${earlier}`;
      },
    };
  },
};

const iso = (time: number) => new Date(time).toISOString();
