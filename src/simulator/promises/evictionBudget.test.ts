import { aBudget, aMember } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { evictionBudget } from './evictionBudget.ts';

const evicted = (ordinal: number, ready = true) =>
  aMember(ordinal, {
    deleting: true,
    status: {
      conditions: [
        { type: 'Ready', status: ready ? 'True' : 'False' },
        { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' },
      ],
    },
  });
const unready = aMember(1, { state: 'unready' });

promiseCases(evictionBudget, {
  broken: {
    'an eviction of the last pod that must stay': (story) =>
      story.put(aBudget(1), aMember(0)).put(evicted(0)),
    'two evictions where one was allowed': (story) =>
      story.put(aBudget(1), aMember(0), aMember(1)).put(evicted(0), evicted(1)),
    'an eviction where the others have not been ready for long': (story) =>
      story.put(aBudget(1), aMember(0), aMember(1), unready).wait(300).put(evicted(0)),
  },
  kept: {
    'an eviction that leaves enough': (story) =>
      story.put(aBudget(1), aMember(0), aMember(1)).put(evicted(0)),
    'an eviction where another was lost a moment ago': (story) =>
      story.put(aBudget(1), aMember(0), aMember(1), unready).put(evicted(0)),
    'an eviction of a pod that was not ready': (story) =>
      story.put(aBudget(1), unready).put(evicted(1, false)),
    'a deletion, which asks no budget': (story) =>
      story.put(aBudget(1), aMember(0)).put(aMember(0, { deleting: true })),
  },
});
