import type { AdmissionRequest } from '../admission.ts';
import { type AdmittedType, requestedType } from '../matching/admittedType.ts';
import { namespaceOf } from '../matching/namespaceOf.ts';

/** Whom a request comes from (`authentication/v1 UserInfo`). */
interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A request as upstream tells policies and webhooks of it (`admission/v1 AdmissionRequest`), without the objects. What is empty is left out. */
export interface RequestFields {
  readonly kind: AdmittedType['kind'];
  readonly resource: AdmittedType['resource'];
  readonly subResource?: string;
  readonly requestKind: AdmittedType['kind'];
  readonly requestResource: AdmittedType['resource'];
  readonly requestSubResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: AdmissionRequest['operation'];
  readonly userInfo: UserInfo;
  readonly dryRun: boolean;
  /** Nobody sends any to connect. */
  readonly options: object | null;
}

/** `matched`: the version of the API in which a rule took the request. */
export function requestFields(request: AdmissionRequest, matched: AdmittedType): RequestFields {
  const { operation, subresource, name, dryRun = false, user, options } = request;
  const requested = requestedType(request);
  const namespace = namespaceOf(request);
  return {
    ...matched,
    ...(subresource && { subResource: subresource, requestSubResource: subresource }),
    requestKind: requested.kind,
    requestResource: requested.resource,
    ...(name && { name }),
    ...(namespace && { namespace }),
    operation,
    userInfo: {
      ...(user.name && { username: user.name }),
      ...(user.uid && { uid: user.uid }),
      ...(user.groups.length > 0 && { groups: user.groups }),
      ...(user.extra && Object.keys(user.extra).length > 0 && { extra: user.extra }),
    },
    dryRun,
    options:
      operation === 'CONNECT' ? null : { kind: OPTIONS[operation], apiVersion: 'meta.k8s.io/v1', ...options },
  };
}

const OPTIONS = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const;
