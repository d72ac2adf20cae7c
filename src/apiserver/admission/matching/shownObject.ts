import { apiVersionOf, type KubernetesObject } from '../../../apimachinery/object.ts';
import { scaleAccessOf } from '../../registry/endpointRules.ts';
import { scaleOf } from '../../registry/subresources/scale.ts';
import type { AdmissionRequest } from '../admission.ts';
import { type AdmittedType, isSentApart } from './admittedType.ts';

/** An object of the request, the new or the stored one, in the words of a version of the API; what `/scale` shows is a `Scale`. */
export function shownObject(
  request: AdmissionRequest,
  { kind }: AdmittedType,
  object: KubernetesObject | undefined,
): KubernetesObject | undefined {
  if (!object) return undefined;
  const { resource, subresource } = request;
  const typeMeta = { apiVersion: apiVersionOf(kind.group, kind.version), kind: kind.kind };
  if (subresource === 'scale') return scaleOf(scaleAccessOf(resource), object);
  if (isSentApart(request)) return { ...typeMeta, ...object };
  const alternative = resource.alternatives?.find(
    ({ group, version }) => group === kind.group && version === kind.version,
  );
  return { ...(alternative?.fromStored?.(object) ?? object), ...typeMeta };
}
