import type { Pod, PodSpec, PriorityClass } from '../../generated/types.ts';
import { Pods, PriorityClasses } from '../../resources/kinds.ts';
import type { Registry } from '../registry/registry.ts';
import { collectionPrefix, storageKey } from '../registry/target.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { refuse } from './refuse.ts';

interface Rank {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy?: string | undefined;
}

const UNRANKED: Rank = { name: '', value: 0, preemptionPolicy: 'PreemptLowerPriority' };

/** Upstream's Priority: gives pods the value of their priority class, and sees to it that only one class is the default. */
export const priority = (registry: () => Registry): AdmissionPlugin => ({
  admit(request) {
    const { operation, resource, subresource } = request;
    if (resource.kind !== Pods.kind || subresource) return;
    if (operation === 'CREATE') rankPod(request, registry());
    else if (operation === 'UPDATE') keepRank(request);
  },
  validate(request) {
    const { operation, resource, object } = request;
    if (resource.kind !== PriorityClasses.kind || operation === 'DELETE') return;
    const { globalDefault, metadata } = object as PriorityClass;
    const present = globalDefault && globalDefaultOf(registry());
    if (!present || (operation === 'UPDATE' && present.metadata.name === metadata.name)) return;
    const { name } = present.metadata;
    throw refuse(request, `PriorityClass ${name} is already marked as default. Only one default can exist`);
  },
});

function rankPod(request: AdmissionRequest, registry: Registry): void {
  const { spec } = request.object as Pod;
  if (!spec) return;
  const { name, value, preemptionPolicy } = rankOf(request, registry, spec.priorityClassName);
  if (name) spec.priorityClassName = name;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refuse(
      request,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  if (preemptionPolicy === undefined) return;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw refuse(
      request,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = preemptionPolicy;
}

function rankOf(request: AdmissionRequest, registry: Registry, name: string | undefined): Rank {
  if (!name) {
    const standard = globalDefaultOf(registry);
    return standard ? rankIn(standard) : UNRANKED;
  }
  const stored = registry.parts.store.get(storageKey(PriorityClasses, undefined, name));
  if (!stored) throw refuse(request, `no PriorityClass with name ${name} was found`);
  return rankIn(stored.object as PriorityClass);
}

const rankIn = ({ metadata, value, preemptionPolicy }: PriorityClass): Rank => ({
  name: metadata.name!,
  value: value ?? 0,
  preemptionPolicy,
});

const rankValue = ({ value }: PriorityClass): number => value ?? 0;

/** Should there be several, made before this was forbidden, the lowest counts. */
function globalDefaultOf({ parts: { store } }: Registry): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const { object } of store.list(collectionPrefix(PriorityClasses)).items) {
    const candidate = object as PriorityClass;
    if (candidate.globalDefault && !(lowest && rankValue(lowest) <= rankValue(candidate))) lowest = candidate;
  }
  return lowest;
}

/** Whoever leaves out what admission has once filled in does not mean to take it away. */
function keepRank({ object, stored }: AdmissionRequest): void {
  const next: PodSpec | undefined = (object as Pod).spec;
  const { priority: value, preemptionPolicy } = (stored as Pod).spec;
  if (!next) return;
  if (value !== undefined) next.priority ??= value;
  if (preemptionPolicy !== undefined) next.preemptionPolicy ??= preemptionPolicy;
}
