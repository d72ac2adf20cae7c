import { aMember } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { oneMemberPerOrdinal } from './oneMemberPerOrdinal.ts';

promiseCases(oneMemberPerOrdinal, {
  broken: {
    'a second pod of an ordinal': (story) => story.put(aMember(0), aMember(0, {}, 'web-0-again')),
    'one beside a pod that is on its way out': (story) =>
      story.put(aMember(0, { deleting: true }), aMember(0, {}, 'web-0-again')),
  },
  kept: {
    'pods of several ordinals': (story) => story.put(aMember(0), aMember(1)),
    'one that is made anew when the last is gone': (story) =>
      story.put(aMember(0)).remove(aMember(0)).put(aMember(0)),
  },
});
