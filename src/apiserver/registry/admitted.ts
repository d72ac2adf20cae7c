import type { KubernetesObject } from '../../apimachinery/object.ts';
import { Admission, type AdmissionRequest } from '../admission/admission.ts';
import type { RegistryParts } from './registryParts.ts';
import { circumstancesOf, type RequestContext } from './requestContext.ts';
import type { Target } from './target.ts';

/** Has all phases of admission look at what needs no preparation between them. Undefined when nobody has to wait. */
export function admitted({ admission }: RegistryParts, request: AdmissionRequest): Promise<void> | undefined {
  admission.admit(request);
  const mutation = admission.mutate(request);
  return mutation ? mutation.then(() => judged(admission, request)) : judged(admission, request);
}

function judged(admission: Admission, request: AdmissionRequest): Promise<void> | undefined {
  admission.complete(request);
  admission.validate(request);
  const review = admission.review(request);
  if (review) return review.then(() => admission.charge(request));
  admission.charge(request);
  return undefined;
}

/**
 * The same of what is sent to a subresource, and may be changed: a body that makes something, or what is asked for of a connection.
 */
export const admittedTo = (
  subresource: string,
  parts: RegistryParts,
  operation: 'CREATE' | 'CONNECT',
  { resource, namespace, name }: Target,
  sent: object,
  context: RequestContext,
): Promise<void> | undefined =>
  admitted(parts, {
    ...circumstancesOf(context),
    operation,
    resource,
    subresource,
    namespace,
    name,
    object: sent as KubernetesObject,
  });

/** For what carries out a request that has been let in, in another form: the deletion after an eviction, the update after a binding. */
export const withoutAdmission = (parts: RegistryParts): RegistryParts => ({ ...parts, admission: NOBODY });

const NOBODY = new Admission([]);
