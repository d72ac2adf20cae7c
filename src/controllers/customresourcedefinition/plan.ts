import { deepEqual, isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionStatus,
} from '../../generated/types.ts';
import { CLEANUP_FINALIZER } from '../../resources/customresourcedefinition/definitionStatus.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { saysTheSame, transitionTime } from '../framework/statusConditions.ts';
import { acceptNames } from './names.ts';

/** How soon to look whether what was told to go is gone. */
const LOOK_AGAIN_MS = 500;

export interface Observed {
  readonly definition: CustomResourceDefinition;
  /** The other definitions of its group. */
  readonly others: readonly CustomResourceDefinition[];
}

export type Action =
  | { readonly kind: 'updateStatus'; readonly status: CustomResourceDefinitionStatus }
  /** Deletes its objects; when there are none left, lets the definition go. */
  | { readonly kind: 'empty' };

/** What is to be done about a definition: its names accepted, its kind established, and on its way out its objects deleted. */
export function planDefinition({ definition, others }: Observed, now: EpochMs): Plan<Action> {
  if (!isBeingDeleted(definition)) return inStages(telling(definition, acceptNames(definition, others), now));
  if (!definition.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return inStages<Action>([]);
  const terminating = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
  };
  const told = telling(definition, { conditions: [terminating] }, now);
  return inStages<Action>([...told, [{ kind: 'empty' }]], now + LOOK_AGAIN_MS);
}

/** A stage that writes what has changed of the status; none when that is nothing. */
function telling(
  { status = {} }: CustomResourceDefinition,
  next: Pick<CustomResourceDefinitionStatus, 'acceptedNames' | 'conditions'>,
  now: EpochMs,
): Action[][] {
  const changed = { ...status, ...next, conditions: merged(status.conditions, next.conditions, now) };
  return deepEqual(changed, status) ? [] : [[{ kind: 'updateStatus', status: changed }]];
}

function merged(
  before: readonly CustomResourceDefinitionCondition[] = [],
  after: readonly CustomResourceDefinitionCondition[] = [],
  now: EpochMs,
): CustomResourceDefinitionCondition[] {
  const settled = after.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    if (known && saysTheSame(known, condition)) return known;
    return { ...condition, lastTransitionTime: transitionTime(known, condition.status, now) };
  });
  const kept = before.map((known) => settled.find(({ type }) => type === known.type) ?? known);
  return [...kept, ...settled.filter(({ type }) => !before.some((known) => known.type === type))];
}
