import { timestamp } from '../../clock/clock.ts';
import { aCronJob, aRun, jobIs } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import type { Story } from '../testing/story.ts';
import { noRunMissed } from './noRunMissed.ts';

const forbid = aCronJob({ concurrencyPolicy: 'Forbid' });
const done = jobIs('Complete');

/** A run at each of so many minutes, and some time after the last. */
function runs(story: Story, minutes: number, thenSeconds: number): Story {
  for (let minute = 1; minute <= minutes; minute++) story.wait(60).put(aRun(minute, done));
  return story.wait(thenSeconds);
}

promiseCases(noRunMissed, {
  broken: {
    'a minute without its job': (story) => runs(story.put(aCronJob()), 9, 90),
    'a minute without its job, though the last one has long finished': (story) =>
      runs(story.put(forbid), 9, 90),
    'a late start that does not come when the last job has finished': (story) =>
      runs(story.put(forbid, aRun(0)), 0, 600)
        .put(aRun(0, done))
        .wait(60),
  },
  kept: {
    'a job each minute': (story) => runs(story.put(aCronJob()), 12, 60),
    'nothing while it is suspended': (story) => story.put(aCronJob({ suspend: true })).wait(900),
    'nothing while the last job holds it up': (story) => runs(story.put(forbid, aRun(0)), 0, 900),
    'nothing for times before it was made, by an hour that was set back since': (story) => {
      const { metadata, ...cronJob } = aCronJob();
      const creationTimestamp = timestamp(story.world.now + 1_800_000);
      return story.put({ ...cronJob, metadata: { ...metadata, creationTimestamp } }).wait(900);
    },
    'nothing that was due in trouble': (story) => {
      story.put(aCronJob()).world.faultBegins('cut');
      return story.wait(900);
    },
    'nothing too late where there is a deadline': (story) =>
      runs(
        story.put(aCronJob({ ...forbid.spec, startingDeadlineSeconds: 5, schedule: '0 * * * *' }), aRun(0)),
        0,
        3620,
      )
        .put(aRun(0, done))
        .wait(60),
  },
});
