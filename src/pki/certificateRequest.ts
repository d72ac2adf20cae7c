import { newPrivateKeyPem, webCryptoKeys } from './keyPair.ts';
import { alternativeNames, type Subject, subjectOf } from './subject.ts';
import { KEY_ALGORITHM, loadX509 } from './x509.ts';

/** A PKCS#10 request (PEM) for a subject, signed by the key. */
export async function certificateRequest(
  subject: Subject,
  key = newPrivateKeyPem(),
): Promise<{ request: string; key: string }> {
  const x509 = await loadX509();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [...(subject.organizations ?? []).map((name) => ({ O: [name] })), { CN: [subject.commonName] }],
    keys: await webCryptoKeys(key),
    signingAlgorithm: KEY_ALGORITHM,
    extensions: await alternativeNames(subject),
  });
  return { request: `${request.toString('pem')}\n`, key };
}

/** The subject of a PKCS#10 request. Throws when it is not one. */
export async function requestSubject(requestPem: string): Promise<Subject> {
  const x509 = await loadX509();
  return subjectOf(new x509.Pkcs10CertificateRequest(requestPem));
}
