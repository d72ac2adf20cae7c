import { Namespaces } from '../../../resources/kinds.ts';
import type { AdmissionRequest } from '../admission.ts';

export const isNamespace = ({ resource: { group, plural } }: AdmissionRequest): boolean =>
  group === Namespaces.group && plural === Namespaces.plural;

/** The namespace that a request is about; a request about a namespace is about that one. Undefined of what the cluster has. */
export const namespaceOf = (request: AdmissionRequest): string | undefined =>
  (isNamespace(request) ? request.name : request.namespace) || undefined;
