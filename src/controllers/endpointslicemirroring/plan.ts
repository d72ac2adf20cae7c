import { isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import type { EndpointSlice, Endpoints } from '../../generated/types.ts';
import { MANAGED_BY, MIRRORING_CONTROLLER, SERVICE_NAME } from '../../resources/endpointslice/sliceLabels.ts';
import { Endpoints as EndpointsType } from '../../resources/kinds.ts';
import { semanticEqual } from '../../resources/semanticEqual.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { controllerReference } from '../framework/ownership.ts';
import { recycle, type SliceAction, type SliceChanges, stagesOf } from '../services/sliceActions.ts';
import { portsKey } from '../services/slicePorts.ts';
import { withTriggerTime } from '../services/triggerTimes.ts';
import { type Mirror, type Mirrors, mirrorsOf } from './mirrored.ts';

export interface Observed {
  /** What is to be mirrored; undefined when nothing is. */
  readonly endpoints: Endpoints | undefined;
  /** The slices that mirror what has their name. */
  readonly slices: readonly EndpointSlice[];
}

export type Action = SliceAction | ({ readonly kind: 'tell' } & Pick<Mirrors, 'invalid' | 'skipped'>);

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What is to be done so that slices show what somebody wrote into Endpoints (upstream's endpointslicemirroring reconciler). */
export function planMirrors({ endpoints, slices }: Observed): Plan<Action> {
  if (!endpoints) return inStages<Action>(stagesOf({ create: [], update: [], delete: slices }));
  const { mirrors, invalid, skipped } = mirrorsOf(endpoints);
  const changes = recycle(
    changesOf(endpoints, mirrors, slices),
    (old, next) => old.addressType === next.addressType,
  );
  const writes = stagesOf({ ...changes, create: isBeingDeleted(endpoints) ? [] : changes.create });
  return inStages<Action>([skipped > 0 ? [{ kind: 'tell', invalid, skipped }] : [], ...writes]);
}

/** One slice for each mirror: the oldest with its ports, if there is one. */
function changesOf(
  endpoints: Endpoints,
  mirrors: readonly Mirror[],
  slices: readonly EndpointSlice[],
): SliceChanges {
  const unused = new Set(slices);
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  for (const mirror of mirrors) {
    const wanted = sliceOf(endpoints, mirror);
    const existing = slices.find(
      (slice) => slice.addressType === mirror.addressType && portsKey(slice.ports) === portsKey(mirror.ports),
    );
    if (!existing) {
      create.push(wanted);
      continue;
    }
    unused.delete(existing);
    if (!isRight(existing, wanted)) update.push(replaced(existing, wanted));
  }
  return { create, update, delete: [...unused] };
}

const isRight = (existing: EndpointSlice, { metadata, endpoints }: EndpointSlice): boolean =>
  semanticEqual(existing.endpoints, endpoints) &&
  semanticEqual(existing.metadata.labels, metadata.labels) &&
  semanticEqual(existing.metadata.annotations, metadata.annotations);

function replaced(existing: EndpointSlice, { metadata, endpoints }: EndpointSlice): EndpointSlice {
  const { labels = {}, annotations = {} } = metadata;
  return { ...existing, metadata: { ...existing.metadata, labels, annotations }, endpoints: endpoints! };
}

function sliceOf(endpoints: Endpoints, { addressType, ports, endpoints: mirrored }: Mirror): EndpointSlice {
  const { labels, annotations, namespace } = endpoints.metadata;
  const { [LAST_APPLIED]: _, ...kept } = withTriggerTime(annotations, undefined);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${nameOf(endpoints)}-`,
      namespace: namespace!,
      labels: { ...labels, [SERVICE_NAME]: nameOf(endpoints), [MANAGED_BY]: MIRRORING_CONTROLLER },
      annotations: kept,
      ownerReferences: [controllerReference(EndpointsType, endpoints)],
    },
    addressType,
    endpoints: [...mirrored],
    ports: [...ports],
  };
}
