import { trackUpdate } from '../../../apimachinery/apply/update.ts';
import { StatusError } from '../../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import { definitionOfResource } from '../../../resources/definitionOfResource.ts';
import type { User } from '../../authentication/user.ts';
import type { Registry } from '../../registry/registry.ts';
import type { RequestContext } from '../../registry/requestContext.ts';
import type { Scope, Target } from '../../registry/target.ts';
import type { HttpRequest } from '../message.ts';
import type { WriteOptions } from '../queryOptions.ts';
import type { ResourceRequest } from '../requestInfo.ts';
import type { ServedKind } from '../servedKind.ts';

/** One request about objects of a kind, authenticated and authorized. */
export interface Call {
  readonly registry: Registry;
  readonly http: HttpRequest;
  readonly query: URLSearchParams;
  readonly info: ResourceRequest;
  readonly kind: ServedKind;
  readonly user: User;
  /** Adds a `Warning` header to the answer. */
  readonly warn: (text: string) => void;
}

export const scopeOf = ({ kind, info }: Call): Scope => ({
  resource: kind.resource,
  namespace: kind.resource.namespaced ? info.namespace : undefined,
});

export const targetOf = (call: Call): Target => ({ ...scopeOf(call), name: call.info.name });

export const notAllowed = (): StatusError =>
  new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** What the registry must know of a write over HTTP: who owns the fields that it sets, among others. */
export function writeContext(call: Call, options: WriteOptions): RequestContext {
  const { user, warn, registry, kind, info } = call;
  const { dryRun, fieldManager: manager, sent } = options;
  const definition = definitionOfResource(kind.resource);
  const { clock } = registry.parts;
  return {
    user,
    asked: kind,
    dryRun,
    warn,
    options: sent,
    trackFields(next: KubernetesObject, stored: KubernetesObject | undefined) {
      const { subresource } = info;
      const update = { before: stored, after: next, manager, definition, now: clock.now(), subresource };
      const managedFields = trackUpdate(update);
      if (managedFields) next.metadata.managedFields = managedFields;
      else delete next.metadata.managedFields;
    },
  };
}
