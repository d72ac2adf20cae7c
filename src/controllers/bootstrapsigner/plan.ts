import { deepEqual } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { ConfigMap, Secret } from '../../generated/types.ts';
import { detachedSignature } from '../../pki/detachedSignature.ts';
import { type BootstrapToken, bootstrapTokenOf, isExpired } from '../../resources/bootstrapToken.ts';
import { inStages, type Plan } from '../framework/controller.ts';

export interface Observed {
  readonly clusterInfo: ConfigMap;
  readonly secrets: readonly Secret[];
}
export interface Action {
  readonly kind: 'sign';
  /** What `cluster-info` should hold instead. */
  readonly data: Readonly<Record<string, string>>;
}

const SIGNATURE_PREFIX = 'jws-kubeconfig-';

/** One signature per token that may sign, and none of tokens that are gone. */
export function planSignatures({ clusterInfo, secrets }: Observed, now: EpochMs): Plan<Action> {
  const { kubeconfig, ...rest } = clusterInfo.data ?? {};
  if (kubeconfig === undefined) return inStages([]);
  const tokens = secrets
    .map(bootstrapTokenOf)
    .filter((token) => token !== undefined && mayStillSign(token, now));
  const others = Object.entries(rest).filter(([key]) => !key.startsWith(SIGNATURE_PREFIX));
  const signatures = tokens.map((token) => [
    `${SIGNATURE_PREFIX}${token!.id}`,
    detachedSignature(kubeconfig, token!),
  ]);
  const data = { kubeconfig, ...Object.fromEntries([...others, ...signatures]) };
  const lookAgainAt = earliest(...tokens.map((token) => token!.expiresAt));
  return inStages<Action>([deepEqual(data, clusterInfo.data) ? [] : [{ kind: 'sign', data }]], lookAgainAt);
}

const mayStillSign = (token: BootstrapToken, now: EpochMs) =>
  token.usages.includes('signing') && !isExpired(token, now);
