import { celValue } from '../../../apimachinery/cel/celValue.ts';
import { type CelAuthorize, CelAuthorizer } from '../../../apimachinery/cel/library/authorizer.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { User } from '../../authentication/user.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { AdmissionRequest } from '../admission.ts';
import { type AdmittedType, requestedType } from '../matching/admittedType.ts';
import { namespaceOf } from '../matching/namespaceOf.ts';
import { shownObject } from '../matching/shownObject.ts';
import { requestFields } from './requestFields.ts';

/** The variables of an expression that speak of the request. Made once for all that look at it, and each only when it is asked for. */
export class CelRequest {
  readonly #request: AdmissionRequest;
  readonly #authorizer: Authorizer;
  readonly #type: AdmittedType;
  readonly #known = new Map<string, unknown>();
  /** Match conditions do not see the namespace: upstream gives them none. */
  readonly namespaceObject = null;

  /** `matched`: the version of the API in which a rule took the request; that of the client unless given. */
  constructor(request: AdmissionRequest, authorizer: Authorizer, matched?: AdmittedType) {
    this.#request = request;
    this.#authorizer = authorizer;
    this.#type = matched ?? requestedType(request);
  }

  get object(): unknown {
    return this.#once('object', () => this.#valueOf(this.#request.object));
  }

  get oldObject(): unknown {
    return this.#once('oldObject', () => this.#valueOf(this.#request.stored));
  }

  get request(): unknown {
    return this.#once('request', () => requestFields(this.#request, this.#type));
  }

  get authorizer(): unknown {
    return this.#once('authorizer', () => authorizerOf(this.#request, this.#authorizer));
  }

  #valueOf(object: KubernetesObject | undefined): unknown {
    const shown = shownObject(this.#request, this.#type, object);
    return shown ? celValue(shown, undefined) : null;
  }

  #once(name: string, make: () => unknown): unknown {
    return this.#known.getOrInsertComputed(name, make);
  }
}

function authorizerOf(request: AdmissionRequest, authorizer: Authorizer): CelAuthorizer {
  const { resource, subresource = '', name = '', user } = request;
  const authorize: CelAuthorize = (check, account) =>
    authorizer.authorize(account ? serviceAccountUser(account) : user, check);
  const namespace = namespaceOf(request) ?? '';
  return new CelAuthorizer(authorize, {
    group: resource.group,
    plural: resource.plural,
    subresource,
    namespace,
    name,
  });
}

const serviceAccountUser = ({ namespace, name }: { namespace: string; name: string }): User => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
