import { aBudget, aDaemon, aDaemonSet, aMember, aNode } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import type { Story } from '../testing/story.ts';
import { boundedWork } from './boundedWork.ts';

const often = <T>(object: T, times: number): T[] => Array<T>(times).fill(object);

/** So many timers every five seconds. */
function timers(story: Story, every5s: number, rounds: number): Story {
  for (let round = 0; round < rounds; round++) story.wait(5).moment(every5s);
  return story;
}

promiseCases(boundedWork, {
  broken: {
    'an object that is written 31 times in a minute': (story) => story.put(...often(aDaemonSet(), 31)),
    'a status that is written oftener than its pods change': (story) =>
      story.put(...often(aDaemon('a', 'n1'), 10), ...often(aDaemonSet(), 41)),
    'a clock that stands still': (story) => story.moment(5001),
    'timers without end': (story) => timers(story, 3000, 8),
  },
  kept: {
    'an object that is written often, but not at once': (story) =>
      story
        .put(...often(aDaemonSet(), 30))
        .wait(60)
        .put(...often(aDaemonSet(), 30)),
    'a status that follows its pods': (story) =>
      story.put(...often(aDaemon('a', 'n1'), 20), ...often(aDaemonSet(), 45)),
    'a budget that follows the pods that it is about': (story) =>
      story.put(aBudget(1), ...often(aMember(0), 20), ...often(aBudget(1), 45)),
    'many objects': (story) => story.put(...often(aDaemonSet(), 30), ...often(aNode('n1'), 30)),
    'a busy minute': (story) => timers(story, 1000, 12),
  },
});
