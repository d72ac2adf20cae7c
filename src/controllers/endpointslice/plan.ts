import { isBeingDeleted, nameOf, uidOf } from '../../apimachinery/object.ts';
import type {
  DiscoveryV1EndpointPort,
  Endpoint,
  EndpointSlice,
  Node,
  Pod,
  Service,
} from '../../generated/types.ts';
import { semanticEqual } from '../../resources/semanticEqual.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { type AddressFamily, familiesOf } from '../services/serviceFacts.ts';
import { isEndpoint } from '../services/servingPods.ts';
import { recycle, type SliceAction, type SliceChanges, stagesOf } from '../services/sliceActions.ts';
import { portsKey } from '../services/slicePorts.ts';
import { withTriggerTime } from '../services/triggerTimes.ts';
import { labelsFor, newSlice } from './newSlice.ts';
import { pack } from './packing.ts';
import { endpointOf, portsAt } from './podEndpoint.ts';

export interface Observed {
  readonly service: Service;
  /** The pods that it selects. */
  readonly pods: readonly Pod[];
  /** Its slices that this controller manages. */
  readonly slices: readonly EndpointSlice[];
  /** The nodes of the pods, by name; those are missing that are not there. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** When that happened which a change would be made for. */
  readonly triggerTime: string | undefined;
}

export type Action =
  | SliceAction
  /** Pods are left out because their nodes are not known (yet): the service comes again. */
  | { readonly kind: 'await'; readonly missing: readonly Pod[] };

/** Endpoints with the same ports. */
interface Group {
  readonly ports: readonly DiscoveryV1EndpointPort[];
  readonly endpoints: Endpoint[];
}

/** What is to be done so that the slices of a service show its pods (upstream's endpointslice reconciler). */
export function planSlices(seen: Observed): Plan<Action> {
  const { service, slices } = seen;
  const families = familiesOf(service);
  const stale = slices.filter(({ addressType }) => !families.includes(addressType as AddressFamily));
  const changes = [
    ...families.map((family) => changesOf(seen, family)),
    { create: [], update: [], delete: stale },
  ];
  const all = combined(changes);
  const stages = stagesOf({
    create: isBeingDeleted(service) ? [] : all.create.map((slice) => stamped(slice, seen)),
    update: all.update.map((slice) => stamped(slice, seen)),
    delete: all.delete,
  });
  const missing = seen.pods.filter((pod) => isLeftOut(pod, seen));
  return inStages<Action>([...stages, missing.length > 0 ? [{ kind: 'await', missing }] : []]);
}

function changesOf(seen: Observed, family: AddressFamily): SliceChanges {
  const { service } = seen;
  const existing = seen.slices.filter(({ addressType }) => addressType === family);
  const owned = existing.filter((slice) => isOwnedBy(slice, service));
  const groups = groupsOf(seen, family);
  const labels = labelsFor(service);
  const packed = [...groups].map(([key, { ports, endpoints }]) =>
    pack(
      owned.filter((slice) => portsKey(slice.ports) === key),
      endpoints,
      labels,
      () => newSlice(service, family, ports),
    ),
  );
  const strangers = existing.filter((slice) => !isOwnedBy(slice, service));
  const unwanted = owned.filter((slice) => !groups.has(portsKey(slice.ports)));
  const changes = combined([...packed, { create: [], update: [], delete: [...unwanted, ...strangers] }]);
  const settled = withPlaceholder(changes, existing, newSlice(service, family, []));
  return recycle(settled, (old) => isOwnedBy(old, service));
}

/** A service without endpoints has one empty slice, so that everybody sees that it is known. */
function withPlaceholder(
  changes: SliceChanges,
  existing: readonly EndpointSlice[],
  placeholder: EndpointSlice,
): SliceChanges {
  if (changes.create.length > 0 || changes.delete.length < existing.length) return changes;
  const [only, ...others] = changes.delete;
  if (only && others.length === 0 && isSamePlaceholder(only, placeholder)) return { ...changes, delete: [] };
  return { ...changes, create: [placeholder] };
}

const isSamePlaceholder = (slice: EndpointSlice, { metadata }: EndpointSlice): boolean =>
  !slice.endpoints?.length &&
  !slice.ports?.length &&
  semanticEqual(slice.metadata.labels, metadata.labels) &&
  semanticEqual(slice.metadata.ownerReferences, metadata.ownerReferences);

/** The endpoints of the service by the ports that they offer. */
function groupsOf(seen: Observed, family: AddressFamily): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const pod of seen.pods) {
    if (!isEndpoint(pod) || isLeftOut(pod, seen)) continue;
    const endpoint = endpointOf(pod, seen.nodes.get(pod.spec.nodeName ?? ''), seen.service, family);
    if (!endpoint) continue;
    const ports = portsAt(pod, seen.service);
    groups.getOrInsertComputed(portsKey(ports), () => ({ ports, endpoints: [] })).endpoints.push(endpoint);
  }
  return groups;
}

/** A pod of a node that is gone is nowhere; but whoever wants the addresses of all pods gets them all. */
const isLeftOut = (pod: Pod, { service, nodes }: Observed): boolean =>
  isEndpoint(pod) && !nodes.has(pod.spec.nodeName ?? '') && !service.spec.publishNotReadyAddresses;

const isOwnedBy = ({ metadata }: EndpointSlice, service: Service): boolean =>
  metadata.ownerReferences?.some(
    ({ uid, kind, apiVersion }) => uid === uidOf(service) && kind === 'Service' && apiVersion === 'v1',
  ) ?? false;

const combined = (changes: readonly SliceChanges[]): SliceChanges => ({
  create: changes.flatMap(({ create }) => create),
  update: changes.flatMap(({ update }) => update),
  delete: changes.flatMap((each) => each.delete),
});

function stamped({ metadata, ...rest }: EndpointSlice, { triggerTime }: Observed): EndpointSlice {
  return {
    ...rest,
    metadata: { ...metadata, annotations: withTriggerTime(metadata.annotations, triggerTime) },
  };
}

/** How upstream says that pods are left out. */
export const missingText = ({ service }: Observed, missing: readonly Pod[]): string =>
  missing
    .map(({ metadata, spec }) => {
      const { namespace } = service.metadata;
      return `skipping Pod ${metadata.name} for Service ${namespace}/${nameOf(service)}: Node ${spec.nodeName ?? ''} Not Found`;
    })
    .join(', ');
