import type { CertificateSigningRequest } from '../../generated/types.ts';
import { requestSubject } from '../../pki/certificateRequest.ts';
import { CertificateSigningRequests } from '../../resources/kinds.ts';
import { MASTERS } from '../authentication/user.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { refuse } from './refuse.ts';

const SIGNER = 'kubernetes.io/kube-apiserver-client';

/** Upstream's CertificateSubjectRestriction: nobody becomes one of system:masters by a certificate that he asks for. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  prepare(request) {
    if (request.resource.kind !== CertificateSigningRequests.kind) return undefined;
    const { spec } = request.object as CertificateSigningRequest;
    return spec?.signerName === SIGNER ? checkSubject(request, spec.request) : undefined;
  },
};

async function checkSubject(request: AdmissionRequest, encoded: string): Promise<void> {
  const organizations = await organizationsIn(Buffer.from(encoded ?? '', 'base64').toString('latin1'));
  if (organizations.includes(MASTERS)) {
    throw refuse(request, `use of ${SIGNER} signer with ${MASTERS} group is not allowed`);
  }
}

/** Of what is no request, validation tells. */
async function organizationsIn(requestPem: string): Promise<readonly string[]> {
  try {
    return (await requestSubject(requestPem)).organizations ?? [];
  } catch {
    return [];
  }
}
