import type { EpochMs } from '../../clock/clock.ts';
import type { CertificateSigningRequest } from '../../generated/types.ts';
import { NODE_USER_PREFIX, NODES_GROUP } from '../../resources/nodeIdentity.ts';
import { inStages, type Plan } from '../framework/controller.ts';

/** The signers that the cluster's authority serves. */
export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
export const KUBELET_SERVING = 'kubernetes.io/kubelet-serving';
export const API_CLIENT = 'kubernetes.io/kube-apiserver-client';
const SIGNERS: readonly string[] = [KUBELET_CLIENT, KUBELET_SERVING, API_CLIENT];

const HOUR_MS = 3_600_000;

export type Action =
  | { readonly kind: 'approve'; readonly message: string }
  | { readonly kind: 'sign' }
  | { readonly kind: 'delete' };

/** Approves what node agents ask for, signs what is approved, and clears away what is old. */
export function planSigningRequest(request: CertificateSigningRequest, now: EpochMs): Plan<Action> {
  const endsAt = Date.parse(request.metadata.creationTimestamp ?? '') + lifeMs(request);
  if (endsAt <= now) return inStages([[{ kind: 'delete' }]]);
  const { status } = request;
  if (isDecided(request, 'Denied') || isDecided(request, 'Failed') || status?.certificate)
    return inStages<Action>([], endsAt);
  if (isDecided(request, 'Approved')) {
    return SIGNERS.includes(request.spec.signerName)
      ? inStages<Action>([[{ kind: 'sign' }]], endsAt)
      : inStages<Action>([], endsAt);
  }
  const message = approvalOf(request);
  return message === undefined
    ? inStages<Action>([], endsAt)
    : inStages<Action>([[{ kind: 'approve', message }]], endsAt);
}

const isDecided = ({ status }: CertificateSigningRequest, type: string) =>
  status?.conditions?.some((condition) => condition.type === type) ?? false;

/** Upstream's cleaner: an hour for what was answered, a day for what was not. */
const lifeMs = (request: CertificateSigningRequest) =>
  isDecided(request, 'Approved') || isDecided(request, 'Denied') || isDecided(request, 'Failed')
    ? HOUR_MS
    : 24 * HOUR_MS;

/** Why a request is approved without anybody looking: a bootstrapper asks for a node's identity, or a node renews its own. */
function approvalOf({ spec }: CertificateSigningRequest): string | undefined {
  const groups = spec.groups ?? [];
  if (spec.signerName === KUBELET_CLIENT && groups.includes('system:bootstrappers')) {
    return 'Auto approving kubelet client certificate after SubjectAccessReview.';
  }
  const isNode = groups.includes(NODES_GROUP) && spec.username?.startsWith(NODE_USER_PREFIX);
  if (isNode && (spec.signerName === KUBELET_CLIENT || spec.signerName === KUBELET_SERVING)) {
    return 'Auto approving self kubelet client certificate after SubjectAccessReview.';
  }
  return undefined;
}
