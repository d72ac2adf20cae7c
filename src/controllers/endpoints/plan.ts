import { nameOf } from '../../apimachinery/object.ts';
import type { Endpoints, Pod, Service } from '../../generated/types.ts';
import { HEADLESS } from '../../resources/endpointslice/sliceLabels.ts';
import { semanticEqual } from '../../resources/semanticEqual.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { isHeadless } from '../services/serviceFacts.ts';
import { withTriggerTime } from '../services/triggerTimes.ts';
import { isOverCapacity, truncated } from './capacity.ts';
import { subsetsOf } from './podSubsets.ts';

export interface Observed {
  /** Undefined when it is gone. */
  readonly service: Service | undefined;
  /** The pods that it selects. */
  readonly pods: readonly Pod[];
  /** The Endpoints of the service's name. */
  readonly current: Endpoints | undefined;
  /** When that happened which a change would be made for. */
  readonly triggerTime: string | undefined;
}

export interface Action {
  readonly kind: 'create' | 'update' | 'delete';
  readonly endpoints: Endpoints;
}

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

/** What is to be done so that the Endpoints of a service show its pods (upstream's endpoints controller). */
export function planEndpoints({ service, pods, current, triggerTime }: Observed): Plan<Action> {
  if (!service) return inStages<Action>([current ? [{ kind: 'delete', endpoints: current }] : []]);
  const all = subsetsOf(service, pods);
  const isOver = isOverCapacity(all);
  const subsets = isOver ? truncated(all) : all;
  const labels = labelsFor(service);
  const { [OVER_CAPACITY]: mark, ...annotations } = current?.metadata.annotations ?? {};
  const isRight =
    current !== undefined &&
    semanticEqual(current.subsets, subsets) &&
    semanticEqual(current.metadata.labels, labels) &&
    (mark !== undefined) === isOver;
  if (isRight) return inStages<Action>([]);
  const stamped = withTriggerTime(annotations, triggerTime);
  const endpoints: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...(current?.metadata ?? { name: nameOf(service), namespace: service.metadata.namespace! }),
      labels,
      annotations: isOver ? { ...stamped, [OVER_CAPACITY]: 'truncated' } : stamped,
    },
    subsets,
  };
  return inStages<Action>([[{ kind: current ? 'update' : 'create', endpoints }]]);
}

/** The service's own, and whose the Endpoints are. */
function labelsFor(service: Service): Record<string, string> {
  const { [HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  return {
    ...labels,
    [MANAGED_BY]: 'endpoint-controller',
    ...(isHeadless(service) && { [HEADLESS]: '' }),
  };
}
