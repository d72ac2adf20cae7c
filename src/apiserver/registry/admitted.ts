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

/** Has a connection to an object admitted. `options` is what is asked for, which webhooks may change. */
export async function admitConnection(
  parts: RegistryParts,
  { resource, namespace, name }: Target,
  subresource: string,
  options: object,
  context: RequestContext,
): Promise<void> {
  const letIn = admitted(parts, {
    ...circumstancesOf(context),
    operation: 'CONNECT',
    resource,
    subresource,
    namespace,
    name,
    object: options as KubernetesObject,
  });
  if (letIn) await letIn;
}

/** For what carries out a request that has been let in, in another form: the deletion after an eviction, the update after a binding. */
export const withoutAdmission = (parts: RegistryParts): RegistryParts => ({ ...parts, admission: NOBODY });

const NOBODY = new Admission([]);
