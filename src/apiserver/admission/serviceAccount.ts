import { notFound } from '../../apimachinery/errors.ts';
import { isBeingDeleted } from '../../apimachinery/object.ts';
import { nameSuffix } from '../../clock/random.ts';
import type { Pod, PodSpec, ServiceAccount } from '../../generated/types.ts';
import { Namespaces, Pods, ServiceAccounts } from '../../resources/kinds.ts';
import { isMirrorPod } from '../../resources/pod/mirrorPod.ts';
import type { Registry } from '../registry/registry.ts';
import { storageKey } from '../registry/target.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { refuse } from './refuse.ts';
import { mountToken, TOKEN_VOLUME_PREFIX } from './tokenVolume.ts';
import { untilStored } from './untilStored.ts';

const DEFAULT_ACCOUNT = 'default';
/** Upstream looks ten times, a tenth to a fifth of a second apart. */
const PATIENCE_MS = 1000;

/** Upstream's ServiceAccount: every pod runs as an account of its namespace, whose token its containers find in a volume. */
export const serviceAccount = (registry: () => Registry): AdmissionPlugin => ({
  prepare(request) {
    if (!isNewPod(request)) return undefined;
    const { spec } = request.object as Pod;
    return accountName(spec) === DEFAULT_ACCOUNT ? untilDefaultAccount(request, registry()) : undefined;
  },
  admit(request) {
    if (!isNewPod(request)) return;
    const pod = request.object as Pod;
    if (!pod.spec) return;
    if (isMirrorPod(pod)) checkMirrorPod(request, pod.spec);
    else complete(request, pod.spec, registry());
  },
});

const isNewPod = ({ operation, resource, subresource }: AdmissionRequest): boolean =>
  operation === 'CREATE' && resource.kind === Pods.kind && !subresource;

/** The older name of the field counts when the newer is not there. */
const accountName = (spec: PodSpec | undefined): string =>
  spec?.serviceAccountName || spec?.serviceAccount || DEFAULT_ACCOUNT;

/** A controller makes the account of a new namespace: whoever comes at once waits for it. */
function untilDefaultAccount(
  { namespace }: AdmissionRequest,
  { parts }: Registry,
): Promise<void> | undefined {
  const key = storageKey(ServiceAccounts, namespace, DEFAULT_ACCOUNT);
  if (parts.store.get(key)) return undefined;
  const home = parts.store.get(storageKey(Namespaces, undefined, namespace ?? ''));
  return home && !isBeingDeleted(home.object) ? untilStored(parts, key, PATIENCE_MS) : undefined;
}

function complete(request: AdmissionRequest, spec: PodSpec, { parts }: Registry): void {
  const name = accountName(spec);
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const stored = parts.store.get(storageKey(ServiceAccounts, request.namespace, name));
  if (!stored) {
    const { message } = notFound({ group: '', plural: 'serviceaccount' }, name);
    throw refuse(request, `error looking up service account ${request.namespace}/${name}: ${message}`);
  }
  const account = stored.object as ServiceAccount;
  const isMounted = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  if (isMounted) mountToken(spec, () => TOKEN_VOLUME_PREFIX + nameSuffix(parts.random));
  if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
    spec.imagePullSecrets = account.imagePullSecrets.map((reference) => ({ ...reference }));
  }
}

/** A mirror pod shows what runs on a node anyway; it must not name anything that the node could not read otherwise. */
function checkMirrorPod(request: AdmissionRequest, { serviceAccountName, volumes = [] }: PodSpec): void {
  if (serviceAccountName) throw refuse(request, 'a mirror pod may not reference service accounts');
  if (volumes.some(({ secret }) => secret)) throw refuse(request, 'a mirror pod may not reference secrets');
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  if (sources.some(({ serviceAccountToken }) => serviceAccountToken))
    throw refuse(request, 'a mirror pod may not use ServiceAccountToken volume projections');
}
