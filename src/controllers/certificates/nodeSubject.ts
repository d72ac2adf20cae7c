import type { CertificateSigningRequestSpec } from '../../generated/types.ts';
import { NODE_USER_PREFIX } from '../../resources/nodeIdentity.ts';
import { KUBELET_SERVING } from './plan.ts';

/** For whom a request asks. */
export interface RequestedSubject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** DNS names and addresses. */
  readonly hosts?: readonly string[];
}

/** Why a node must not have the certificate that it asks for: it may ask in its own name only, and who is not a node yet for a client's alone. */
export function problemOfNode(
  { signerName, username }: CertificateSigningRequestSpec,
  { commonName, organizations = [], hosts = [] }: RequestedSubject,
): string | undefined {
  if (organizations.join() !== 'system:nodes') return 'subject organization is not system:nodes';
  if (!commonName.startsWith(NODE_USER_PREFIX)) return 'subject common name does not begin with system:node:';
  if (username?.startsWith(NODE_USER_PREFIX) && commonName !== username) {
    return `subject common name is not that of ${username}, who asks`;
  }
  if (signerName === KUBELET_SERVING)
    return hosts.length > 0 ? undefined : 'DNS or IP subjectAltName is required';
  return hosts.length > 0 ? 'DNS and IP subjectAltNames are not allowed' : undefined;
}
