import { badRequest, conflict, invalid, notFound } from '../../../apimachinery/errors.ts';
import { type FieldError, invalidValue } from '../../../apimachinery/fieldErrors.ts';
import { deepCopy, uidOf } from '../../../apimachinery/object.ts';
import { timestamp } from '../../../clock/clock.ts';
import type { AuthenticationV1TokenRequest, Pod, Secret, ServiceAccount } from '../../../generated/types.ts';
import { Pods, Secrets } from '../../../resources/kinds.ts';
import { ISSUER, type ServiceAccountTokens } from '../../authentication/serviceAccountTokens.ts';
import { admittedTo } from '../admitted.ts';
import type { PostHandler } from '../registry.ts';
import type { RegistryParts } from '../registryParts.ts';
import { keyOfTarget, storageKey } from '../target.ts';

const DEFAULT_LIFE_SECONDS = 3600;
const MIN_LIFE_SECONDS = 600;
const MAX_LIFE_SECONDS = 2 ** 32;

/** POST to `/token` of a service account: signs a token for it. */
export const requestToken =
  (tokens: ServiceAccountTokens): PostHandler =>
  async (parts, target, body, context) => {
    const stored = parts.store.get(keyOfTarget(target));
    if (!stored) throw notFound(target.resource, target.name);
    const request = deepCopy(body) as AuthenticationV1TokenRequest;
    const letIn = admittedTo('token', parts, 'CREATE', target, request, context);
    if (letIn) await letIn;
    const account = stored.object as ServiceAccount;
    checkRequest(request);
    const audiences = request.spec.audiences?.length ? request.spec.audiences : [ISSUER];
    const lifeSeconds = request.spec.expirationSeconds ?? DEFAULT_LIFE_SECONDS;
    const boundTo = boundObject(parts, account, request);
    const { token, expiresAt } = tokens.sign({
      account,
      audiences,
      lifeSeconds,
      ...(boundTo && { boundTo }),
    });
    return {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {
        name: target.name,
        namespace: target.namespace!,
        creationTimestamp: timestamp(parts.clock.now()),
      },
      spec: { ...request.spec, audiences, expirationSeconds: lifeSeconds },
      status: { token, expirationTimestamp: timestamp(expiresAt) },
    } as AuthenticationV1TokenRequest;
  };

function checkRequest({ metadata, spec }: AuthenticationV1TokenRequest): void {
  const field = 'spec.expirationSeconds';
  const seconds = spec?.expirationSeconds ?? DEFAULT_LIFE_SECONDS;
  const errors: FieldError[] = [];
  if (seconds < MIN_LIFE_SECONDS) {
    errors.push(invalidValue(field, seconds, 'may not specify a duration less than 10 minutes'));
  }
  if (seconds > MAX_LIFE_SECONDS) {
    errors.push(invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  if (errors.length > 0) {
    throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, metadata?.name ?? '', errors);
  }
}

function boundObject(
  { store }: RegistryParts,
  account: ServiceAccount,
  { spec }: AuthenticationV1TokenRequest,
): Pod | Secret | undefined {
  const { kind, name = '', uid } = spec.boundObjectRef ?? {};
  if (kind === undefined) return undefined;
  if (kind !== 'Pod' && kind !== 'Secret') throw badRequest(`cannot bind token to object of type ${kind}`);
  const type = kind === 'Pod' ? Pods : Secrets;
  const object = store.get(storageKey(type, account.metadata.namespace, name))?.object;
  if (!object) throw notFound(type, name);
  if (uid && uid !== uidOf(object)) {
    throw conflict(
      type,
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  const runsAs = kind === 'Pod' ? ((object as Pod).spec.serviceAccountName ?? '') : account.metadata.name;
  if (runsAs !== account.metadata.name) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account.metadata.name)} to pod running with different serviceaccount name.`,
    );
  }
  return object as Pod | Secret;
}
