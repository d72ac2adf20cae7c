import type { CertificateSigningRequest } from '../../generated/types.ts';
import { CertificateSigningRequests } from '../../resources/kinds.ts';
import type { AdmissionPlugin } from './admission.ts';

/** Writes into a certificate signing request who made it, whatever the client wrote there: approvers rely on it. */
export const certificateRequester: AdmissionPlugin = {
  admit({ operation, resource, object, user }) {
    if (operation !== 'CREATE' || resource.kind !== CertificateSigningRequests.kind) return;
    const request = object as CertificateSigningRequest;
    if (!request.spec) return;
    const { uid: _, extra: __, ...spec } = request.spec;
    request.spec = {
      ...spec,
      username: user.name,
      groups: [...user.groups],
      ...(user.uid !== undefined && { uid: user.uid }),
      ...(user.extra && { extra: copyOf(user.extra) }),
    };
  },
};

const copyOf = (extra: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
