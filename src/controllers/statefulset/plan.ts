import { deepEqual, isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { ControllerRevision, Pod, StatefulSet } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Claim } from '../framework/ownership.ts';
import { availableAt } from '../pods/availability.ts';
import type { Action } from './actions.ts';
import { specOf } from './identity.ts';
import { managePods, membersOf, revisionNameOf } from './managePods.ts';
import { planRevisions, surplusRevisions } from './revisions.ts';
import { statusOf } from './status.ts';

/** What the caches show of one StatefulSet. */
export interface Observed {
  readonly statefulSet: StatefulSet;
  readonly pods: Claim<Pod>;
  readonly revisions: Claim<ControllerRevision>;
}

/** What one look at a StatefulSet leads to. */
export function planStatefulSet({ statefulSet, pods, revisions }: Observed, now: EpochMs): Plan<Action> {
  const history = planRevisions(statefulSet, revisions.held);
  const members = membersOf(statefulSet, pods.held, history, now);
  const status = statusOf(members);
  const inUse = new Set([history.current.name, history.update.name, ...pods.held.map(revisionNameOf)]);
  const minReadySeconds = specOf(statefulSet).minReadySeconds ?? 0;
  const times = pods.held
    .map((pod) => availableAt(pod, minReadySeconds))
    .filter((time) => time !== undefined && time > now);
  return inStages<Action>(
    [
      [
        ...pods.adopt.map((pod): Action => ({ kind: 'adoptPod', pod })),
        ...pods.release.map((pod): Action => ({ kind: 'releasePod', pod })),
        ...revisions.adopt.map((revision): Action => ({ kind: 'adoptRevision', revision })),
        ...revisions.release.map((revision): Action => ({ kind: 'releaseRevision', revision })),
      ],
      history.actions,
      deepEqual(statefulSet.status ?? {}, status) ? [] : [{ kind: 'updateStatus', status }],
      isBeingDeleted(statefulSet) ? [] : managePods(members),
      surplusRevisions(statefulSet, revisions.held, inUse),
    ],
    earliest(...times),
  );
}
