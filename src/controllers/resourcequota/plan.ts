import { deepEqual, type KubernetesObject } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Pod, ResourceQuota, ResourceQuotaStatus } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { listed } from '../../resources/quota/amounts.ts';
import { chargedUntil } from '../../resources/quota/podUsage.ts';
import { isUsedByClaims } from '../../resources/quota/quotaNames.ts';
import { usedOf } from '../../resources/quota/quotaUsage.ts';
import { inStages, type Plan } from '../framework/controller.ts';

/** A quota, and what there is in its namespace of the kinds that it bounds. */
export interface Observed {
  readonly quota: ResourceQuota;
  readonly objects: ReadonlyMap<ResourceType, readonly KubernetesObject[]>;
}

export interface Action {
  readonly kind: 'updateStatus';
  readonly status: ResourceQuotaStatus;
}

/** What a quota's status says: how much it allows, and how much of that is used. */
export function planQuota({ quota, objects }: Observed, now: EpochMs): Plan<Action> {
  const hard = quota.spec?.hard ?? {};
  const used = Object.fromEntries(
    Object.keys(hard)
      .filter(isUsedByClaims)
      .map((name) => [name, '0']),
  );
  for (const [type, present] of objects) Object.assign(used, listed(usedOf(quota, type, present, now)));
  const status: ResourceQuotaStatus = { hard, used };
  const action: Action = { kind: 'updateStatus', status };
  return inStages([deepEqual(quota.status ?? {}, status) ? [] : [action]], nextRelease(objects, now));
}

/** When the next pod that nobody says is gone ceases to count: a moment after, for until then it does. */
function nextRelease(objects: Observed['objects'], now: EpochMs): EpochMs | undefined {
  let next: EpochMs | undefined;
  for (const [type, present] of objects) {
    if (type.plural !== Pods.plural) continue;
    for (const pod of present) {
      const end = chargedUntil(pod as Pod);
      if (end >= now && Number.isFinite(end)) next = earliest(next, end + 1);
    }
  }
  return next;
}
