import { type KubernetesObject, keyOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client } from '../../client/client.ts';
import type { Change, Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod, ResourceQuota } from '../../generated/types.ts';
import { Pods, ResourceQuotas, Services } from '../../resources/kinds.ts';
import { countsOtherwise } from '../../resources/pod/accountedSpec.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { boundedBy, isQuotable } from '../../resources/quota/quotaUsage.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { CustomTypes } from '../framework/customTypes.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { type Action, type Observed, planQuota } from './plan.ts';

const BY_NAMESPACE = 'namespace';

/** Tells in each quota's status how much of it is used (upstream's resource quota controller). Admission does not need it: it counts itself. */
export class ResourceQuotaController implements Controller<Observed, Action> {
  readonly name = 'resourcequota';
  readonly #quotas: Informer<ResourceQuota>;
  readonly #objects: Map<ResourceType, Informer<KubernetesObject>>;
  readonly #informers: Informers;
  readonly #customTypes: CustomTypes;

  /** `types` are all that are built in; those that quotas cannot bound are left out. */
  constructor({ informers }: ControllerContext, types: readonly ResourceType[]) {
    this.#informers = informers;
    this.#customTypes = new CustomTypes(informers);
    this.#quotas = informers
      .of(ResourceQuotas)
      .addIndex(BY_NAMESPACE, ({ metadata }) => [metadata.namespace ?? '']);
    this.#objects = new Map(types.filter(isQuotable).map((type) => [type, informers.of(type)]));
  }

  watch(enqueue: (key: string) => void): void {
    this.#quotas.onChange(({ after }) => after && enqueue(keyOf(after)));
    for (const type of this.#objects.keys()) this.#follow(type, enqueue);
    this.#customTypes.onServed((type) => {
      if (!isQuotable(type)) return;
      for (const old of this.#objects.keys())
        if (old.group === type.group && old.plural === type.plural) this.#objects.delete(old);
      this.#objects.set(type, this.#informers.of(type));
      this.#follow(type, enqueue);
      for (const quota of this.#quotas.list()) enqueue(keyOf(quota));
    });
  }

  #follow(type: ResourceType, enqueue: (key: string) => void): void {
    this.#informers.of(type).onChange((change) => {
      if (this.#quotas.size > 0 && mayMatter(type, change)) this.#changed(type, change, enqueue);
    });
  }

  #changed(type: ResourceType, { before, after }: Change<KubernetesObject>, enqueue: (key: string) => void) {
    const namespace = (after ?? before)!.metadata.namespace ?? '';
    for (const quota of this.#quotas.byIndex(BY_NAMESPACE, namespace))
      if (boundedBy(quota, type).length > 0) enqueue(keyOf(quota));
  }

  observe(key: string): Observed | undefined {
    const quota = this.#quotas.get(key);
    if (!quota) return undefined;
    const objects = new Map<ResourceType, readonly KubernetesObject[]>();
    for (const [type, informer] of this.#objects) {
      if (boundedBy(quota, type).length === 0) continue;
      const isNear = ({ metadata }: KubernetesObject) => metadata.namespace === quota.metadata.namespace;
      objects.set(type, informer.list().filter(isNear));
    }
    return { quota, objects };
  }

  plan(seen: Observed, now: EpochMs) {
    return planQuota(seen, now);
  }

  async execute({ quota }: Observed, { status }: Action, client: Client): Promise<void> {
    await updateStatus(client, ResourceQuotas, quota, status);
  }
}

/** Most changes are of what a pod or another object says of itself, not of what it uses. */
function mayMatter(type: ResourceType, { before, after }: Change<KubernetesObject>): boolean {
  if (!before || !after) return true;
  if (type.plural === Services.plural) return true;
  if (type.plural !== Pods.plural) return false;
  return (
    isTerminal(before as Pod) !== isTerminal(after as Pod) ||
    hasNewEnd(before, after) ||
    countsOtherwise(before as Pod, after as Pod)
  );
}

const hasNewEnd = ({ metadata: before }: KubernetesObject, { metadata: after }: KubernetesObject): boolean =>
  before.deletionTimestamp !== after.deletionTimestamp;
