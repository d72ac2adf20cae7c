import { deepEqual, isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Action } from './actions.ts';
import { planHistory, planHistoryCleanup } from './history.ts';
import { manageReplicas } from './manageReplicas.ts';
import { membersOf, type Observed } from './observed.ts';
import { countStatus } from './status.ts';

/** What one look at a StatefulSet leads to. */
export function planStatefulSet(observed: Observed, now: EpochMs): Plan<Action> {
  const { statefulSet } = observed;
  const history = planHistory(observed);
  if (!history) return inStages<Action>([claims(observed), [{ kind: 'countCollision' }]]);
  const { status, lookAgainAt } = countStatus(observed, history, now);
  const statusUpdate: Action[] = deepEqual(statefulSet.status ?? {}, status)
    ? []
    : [{ kind: 'updateStatus', status }];
  // Its pods and revisions are the garbage collector's.
  if (isBeingDeleted(statefulSet)) return inStages([statusUpdate], lookAgainAt);
  return inStages(
    [
      claims(observed),
      history.actions,
      statusUpdate,
      manageReplicas(statefulSet, membersOf(observed), history, now),
      planHistoryCleanup(observed, history),
    ],
    lookAgainAt,
  );
}

const claims = ({ pods, revisions }: Observed): Action[] => [
  ...pods.adopt.map((pod): Action => ({ kind: 'adoptPod', pod })),
  ...pods.release.map((pod): Action => ({ kind: 'releasePod', pod })),
  ...revisions.adopt.map((revision): Action => ({ kind: 'adoptRevision', revision })),
  ...revisions.release.map((revision): Action => ({ kind: 'releaseRevision', revision })),
];
