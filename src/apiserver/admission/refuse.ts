import { forbidden, type StatusError } from '../../apimachinery/errors.ts';
import type { AdmissionRequest } from './admission.ts';

/** 403 for what a plugin does not let in; an object that is yet to be named goes by the prefix of its name. */
export function refuse({ resource, name, object }: AdmissionRequest, why: string): StatusError {
  const { metadata } = object ?? {};
  return forbidden(resource, name || metadata?.name || metadata?.generateName || 'Unknown', why);
}
