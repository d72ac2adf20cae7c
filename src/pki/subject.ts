import { isIP } from 'node:net';
import type { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '@peculiar/x509';
import { loadX509 } from './x509.ts';

/** Whom a certificate is for. */
export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** DNS names and addresses that a server answers to. */
  readonly hosts?: readonly string[];
}

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** What a request says of whom it is for. Names of other kinds than DNS and addresses (e-mail, URI) are left out. */
export function subjectOf(request: Pkcs10CertificateRequest): Subject {
  const { subjectName } = request;
  const extension = request.getExtension(SUBJECT_ALTERNATIVE_NAME) as SubjectAlternativeNameExtension | null;
  const hosts = (extension?.names.items ?? [])
    .filter(({ type }) => type === 'dns' || type === 'ip')
    .map(({ value }) => value);
  return {
    commonName: subjectName.getField('CN')[0] ?? '',
    organizations: subjectName.getField('O'),
    ...(hosts.length > 0 && { hosts }),
  };
}

/** The extension that names a subject's hosts; none for a subject without. */
export async function alternativeNames({ hosts = [] }: Subject): Promise<SubjectAlternativeNameExtension[]> {
  if (hosts.length === 0) return [];
  const { SubjectAlternativeNameExtension } = await loadX509();
  const names = hosts.map((host) => ({ type: isIP(host) ? 'ip' : 'dns', value: host }) as const);
  return [new SubjectAlternativeNameExtension(names)];
}
