import { aMember, aStatefulSet } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { membersInOrder } from './membersInOrder.ts';

const ordered = aStatefulSet('OrderedReady');

promiseCases(membersInOrder, {
  broken: {
    'a pod whose predecessor is not there': (story) => story.put(ordered, aMember(1)),
    'a pod whose predecessor is not ready yet': (story) =>
      story.put(ordered, aMember(0, { state: 'unready' }), aMember(1)),
    'a pod whose predecessor has not been ready for long': (story) =>
      story
        .put(ordered, aMember(0), aMember(0, { state: 'unready' }))
        .wait(300)
        .put(aMember(1)),
  },
  kept: {
    'a pod whose predecessor is ready': (story) => story.put(ordered, aMember(0), aMember(1)),
    'a pod whose predecessor was ready a moment ago': (story) =>
      story
        .put(ordered, aMember(0), aMember(0, { state: 'unready' }))
        .wait(30)
        .put(aMember(1)),
    'pods that need no order': (story) => story.put(aStatefulSet('Parallel'), aMember(2), aMember(1)),
  },
});
