import { controllerOf, isBeingDeleted, type KubernetesObject, uidOf } from '../../apimachinery/object.ts';
import type { Pod } from '../../generated/types.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import type { World } from '../run/world.ts';
import { recordsFailuresOfIndex } from './indexFailureRecord.ts';
import { inWords } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';

const OWNED = ['Pod', 'Job', 'ReplicaSet', 'ControllerRevision'];
const TRACKING = 'batch.kubernetes.io/job-tracking';

/**
 * When faults and operations are over: nothing is on its way out for ever, no owner is gone while what it owned stays, no pod
 * stands on a node that is gone, and no pod of a finished or vanished Job carries the tracking finalizer. The pod by which a paused Job
 * knows how often an index has failed may stay, though it was deleted and its node is gone.
 */
export const nothingLeftBehind: PromiseToKeep = {
  name: 'no pod, finalizer or dependent is left behind',
  watch: (world) => ({
    stillToCome() {
      for (const kind of world.kinds()) {
        for (const object of world.allOf(kind))
          if (isBeingDeleted(object) && !mayStay(object, world))
            return `${inWords(object)} is still being deleted`;
      }
      for (const object of OWNED.flatMap((kind) => world.allOf(kind))) {
        const problem = ownerless(object, world);
        if (problem !== undefined) return `${inWords(object)}: ${problem}`;
      }
      for (const pod of world.all('Pod')) {
        const problem = leftPod(pod, world);
        if (problem !== undefined) return `${inWords(pod)}: ${problem}`;
      }
      return undefined;
    },
  }),
};

const mayStay = (object: KubernetesObject, world: World): boolean =>
  object.kind === 'Pod' && recordsFailuresOfIndex(object as Pod, world);

function ownerless(object: KubernetesObject, world: World): string | undefined {
  const owner = controllerOf(object);
  if (!owner) return undefined;
  const stands = world.allOf(owner.kind).some((other) => uidOf(other) === owner.uid);
  return stands ? undefined : `its owner, ${owner.kind} ${owner.name}, is gone`;
}

function leftPod(pod: Pod, world: World): string | undefined {
  const { nodeName } = pod.spec;
  if (nodeName && !world.get('Node', nodeName) && !mayStay(pod, world)) return `its node ${nodeName} is gone`;
  if (!pod.metadata.finalizers?.includes(TRACKING)) return undefined;
  const owner = controllerOf(pod);
  const job = owner && world.get('Job', `${pod.metadata.namespace}/${owner.name}`);
  return !job || isFinished(job) ? 'it still carries the tracking finalizer' : undefined;
}
