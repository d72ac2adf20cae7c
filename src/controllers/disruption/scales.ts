import { qualified } from '../../apimachinery/errors.ts';
import { controllerOf, objectKey, splitApiVersion, uidOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import type {
  Deployment,
  OwnerReference,
  Pod,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../../generated/types.ts';
import { allResources } from '../../resources/allResources.ts';
import { Deployments, ReplicaSets, ReplicationControllers, StatefulSets } from '../../resources/kinds.ts';

/** How many pods the owner of a pod wants, or why nobody can tell. A deployment speaks for its ReplicaSets. */
export type Scale =
  | { readonly kind: 'known'; readonly owner: string; readonly replicas: number }
  | { readonly kind: 'unmanaged' }
  | { readonly kind: 'unknown'; readonly message: string };

type Scaled = Deployment | ReplicaSet | ReplicationController | StatefulSet;

/** Looks up in the caches how many pods owners want. */
export class Scales {
  readonly #replicaSets: Informer<ReplicaSet>;
  readonly #others: ReadonlyMap<string, Informer<Scaled>>;

  constructor(informers: Informers) {
    this.#replicaSets = informers.of(ReplicaSets);
    const others: readonly ResourceType<Scaled>[] = [
      Deployments,
      StatefulSets,
      ReplicationControllers,
    ] as readonly ResourceType[] as readonly ResourceType<Scaled>[];
    this.#others = new Map(others.map((type) => [kindKey(type.group, type.kind), informers.of(type)]));
  }

  of(pod: Pod): Scale {
    const owner = controllerOf(pod);
    if (!owner) return { kind: 'unmanaged' };
    const namespace = pod.metadata.namespace!;
    const found = this.#find(owner, namespace);
    if (found) return { kind: 'known', owner: uidOf(found), replicas: found.spec?.replicas ?? 1 };
    const message = notScalable(owner) ?? `found no controllers for pod ${JSON.stringify(pod.metadata.name)}`;
    return { kind: 'unknown', message };
  }

  #find({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): Scaled | undefined {
    const { group } = splitApiVersion(apiVersion);
    const isReplicaSet = kindKey(group, kind) === kindKey(ReplicaSets.group, ReplicaSets.kind);
    const informer: Informer<Scaled> | undefined = isReplicaSet
      ? (this.#replicaSets as object as Informer<Scaled>)
      : this.#others.get(kindKey(group, kind));
    const found = informer?.get(objectKey(namespace, name));
    if (!found || uidOf(found) !== uid) return undefined;
    const above = isReplicaSet ? controllerOf(found) : undefined;
    return above?.kind === Deployments.kind ? this.#find(above, namespace) : found;
  }
}

const kindKey = (group: string, kind: string) => `${group}/${kind}`;

/** Why the number of pods that an owner of this kind wants cannot be known. */
function notScalable({ apiVersion, kind }: OwnerReference): string | undefined {
  const { group } = splitApiVersion(apiVersion);
  const resource = allResources.find((type) => type.group === group && type.kind === kind);
  if (!resource)
    return `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
  return resource.subresources?.scale
    ? undefined
    : `${qualified(resource)} does not implement the scale subresource`;
}
