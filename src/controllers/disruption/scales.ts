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
import { CustomScales } from './customScales.ts';
import { notScalable, type Scale, unknown } from './scale.ts';

type Scaled = Deployment | ReplicaSet | ReplicationController | StatefulSet;

/** Looks up in the caches how many pods owners want. */
export class Scales {
  readonly #replicaSets: Informer<ReplicaSet>;
  readonly #others: ReadonlyMap<string, Informer<Scaled>>;
  readonly #custom: CustomScales;

  constructor(informers: Informers) {
    this.#replicaSets = informers.of(ReplicaSets);
    this.#custom = new CustomScales(informers);
    const others: readonly ResourceType<Scaled>[] = [
      Deployments,
      StatefulSets,
      ReplicationControllers,
    ] as readonly ResourceType[] as readonly ResourceType<Scaled>[];
    this.#others = new Map(others.map((type) => [kindKey(type.group, type.kind), informers.of(type)]));
  }

  watch(): void {
    this.#custom.watch();
  }

  of(pod: Pod): Scale {
    const owner = controllerOf(pod);
    if (!owner) return { kind: 'unmanaged' };
    const namespace = pod.metadata.namespace!;
    const found = this.#find(owner, namespace);
    if (found) return { kind: 'known', owner: uidOf(found), replicas: found.spec?.replicas ?? 1 };
    const gone = unknown(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
    const resource = builtIn(owner);
    if (!resource) return this.#custom.of(owner, namespace, gone) ?? unknown(noMatch(owner));
    return resource.subresources?.scale ? gone : notScalable(resource);
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

function builtIn({ apiVersion, kind }: OwnerReference) {
  const { group } = splitApiVersion(apiVersion);
  return allResources.find((type) => type.group === group && type.kind === kind);
}

const noMatch = ({ apiVersion, kind }: OwnerReference): string =>
  `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
