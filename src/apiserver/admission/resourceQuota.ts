import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Pod, ResourceQuota } from '../../generated/types.ts';
import { Pods, Services } from '../../resources/kinds.ts';
import { exceeded, increase, printed, type Usage } from '../../resources/quota/amounts.ts';
import { unnamed } from '../../resources/quota/podUsage.ts';
import { boundedBy, isQuotable, speaksOf, usageOf, usedOf } from '../../resources/quota/quotaUsage.ts';
import { resourceQuotas } from '../../resources/resourceQuota.ts';
import type { Registry } from '../registry/registry.ts';
import { type Scope, scopePrefix, storageKey } from '../registry/target.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { objectsIn } from './objectsIn.ts';
import { refuse } from './refuse.ts';

/** An object that is let in, but that readers of the store do not see yet. */
interface Reservation {
  readonly prefix: string;
  readonly key: string;
}

/**
 * Upstream's ResourceQuota: refuses what would use more than a namespace may. Where upstream compares with a quota's status, which it writes
 * before the object and which its controller corrects in time, this adds up what there is: so a quota holds from the moment when it is made,
 * and no creation that fails uses it up.
 */
export class QuotaAdmission implements AdmissionPlugin {
  readonly coversCustomKinds = true;
  readonly #registry: () => Registry;
  readonly #reserved = new Map<KubernetesObject, Reservation>();

  constructor(registry: () => Registry) {
    this.#registry = registry;
  }

  charge(request: AdmissionRequest): void {
    const { resource, namespace, name, object, operation } = request;
    if (!object || !isCharged(request)) return;
    const quotas = objectsIn(this.#registry(), resourceQuotas, namespace).filter(
      (quota) => boundedBy(quota, resource).length > 0 && speaksOf(quota, resource, object),
    );
    for (const quota of quotas) this.#check(quota, request, object);
    if (quotas.length === 0 || operation !== 'CREATE') return;
    this.#reserved.set(object, {
      prefix: scopePrefix(request),
      key: storageKey(resource, namespace, name ?? ''),
    });
  }

  settled(object: KubernetesObject): void {
    if (this.#reserved.size > 0) this.#reserved.delete(object);
  }

  #check(quota: ResourceQuota, request: AdmissionRequest, object: KubernetesObject): void {
    const { resource, stored } = request;
    const { name = '' } = quota.metadata;
    const hard = quota.spec?.hard ?? {};
    const lacks =
      resource.kind === Pods.kind &&
      !resource.custom &&
      !stored &&
      unnamed(boundedBy(quota, resource), object as Pod);
    if (lacks) throw refuse(request, `failed quota: ${name}: ${lacks}`);
    const now = this.#registry().parts.clock.now();
    const isKnown = stored && speaksOf(quota, resource, stored);
    const before: Usage = isKnown ? usageOf(resource, stored, now) : new Map();
    const more = increase(before, usageOf(resource, object, now));
    const used = usedOf(quota, resource, this.#present(request), now);
    const names = exceeded(used, more, hard);
    if (names.length === 0) return;
    const limited = names.map((each) => `${each}=${hard[each]}`).join(',');
    throw refuse(
      request,
      `exceeded quota: ${name}, requested: ${printed(names, more)}, used: ${printed(names, used)}, limited: ${limited}`,
    );
  }

  /** What there is of the kind in the namespace, with what is on its way there. */
  *#present(scope: Scope): Iterable<KubernetesObject> {
    const { store } = this.#registry().parts;
    const prefix = scopePrefix(scope);
    for (const { object } of store.list(prefix).items) yield object;
    for (const [object, reservation] of this.#reserved)
      if (reservation.prefix === prefix && !store.get(reservation.key)) yield object;
  }
}

/** What is made uses something up; of what is there, only a service and a pod that is resized come to use more. */
const isCharged = ({ operation, resource, subresource, namespace }: AdmissionRequest): boolean => {
  if (namespace === undefined || !isQuotable(resource)) return false;
  if (operation === 'CREATE') return !subresource;
  if (operation !== 'UPDATE' || resource.custom) return false;
  return subresource
    ? subresource === 'resize' && resource.kind === Pods.kind
    : resource.kind === Services.kind;
};
