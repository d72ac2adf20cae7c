import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { AdmissionRequest } from '../admission.ts';
import { type AdmittedType, isSentApart } from '../matching/admittedType.ts';
import { shownObject } from '../matching/shownObject.ts';
import type { ShownObjects } from './review.ts';

/** The objects of the request in the version in which they are wanted, which may take a webhook that converts them. */
export async function shownObjects(request: AdmissionRequest, type: AdmittedType): Promise<ShownObjects> {
  const { object, stored } = request;
  return { object: await shown(request, type, object), oldObject: await shown(request, type, stored) };
}

async function shown(
  request: AdmissionRequest,
  type: AdmittedType,
  object: KubernetesObject | undefined,
): Promise<KubernetesObject | undefined> {
  if (!object || !isElsewhere(request, type)) return shownObject(request, type, object);
  return request.resource.custom!.conversion!.convert(object, type.kind.version);
}

/** From the version in which it was shown to the one that the request speaks. */
export async function shownBack(
  request: AdmissionRequest,
  type: AdmittedType,
  next: KubernetesObject,
): Promise<KubernetesObject> {
  if (!isElsewhere(request, type)) return next;
  return request.resource.custom!.conversion!.convert(next, request.resource.version);
}

/** Whether a webhook is to see a custom kind in another version than the client speaks. */
const isElsewhere = (request: AdmissionRequest, { kind }: AdmittedType): boolean =>
  request.resource.custom?.conversion !== undefined &&
  kind.version !== request.resource.version &&
  !isSentApart(request);
