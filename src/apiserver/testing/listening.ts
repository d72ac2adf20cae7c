import { SystemClock } from '../../clock/systemClock.ts';
import { CertificateAuthority, type KeyPair } from '../../pki/certificateAuthority.ts';
import { startServer } from './server.ts';

// Certificates are checked by OpenSSL, against the machine's own clock.
const NOW = new SystemClock().now();

export const anAuthority = (): Promise<CertificateAuthority> => CertificateAuthority.create(NOW);

export const clientNamed = (
  signer: CertificateAuthority,
  commonName: string,
  ...organizations: string[]
): Promise<KeyPair> => signer.issue({ commonName, organizations }, { usages: ['client auth'], now: NOW });

/** A whole API server that listens on loopback, with the authority that its clients are known by. */
export async function startListening(options: Parameters<typeof startServer>[0] = {}) {
  const started = await startServer(options);
  const authority = await anAuthority();
  const server = await authority.issue(
    { commonName: 'kube-apiserver', hosts: ['127.0.0.1'] },
    { usages: ['server auth'], now: NOW },
  );
  const listener = await started.server.listen({
    host: '127.0.0.1',
    port: 0,
    key: server.key,
    cert: server.certificate,
    clientCa: authority.certificate,
  });
  const admin = await clientNamed(authority, 'admin', 'system:masters');
  return { ...started, authority, listener, admin };
}
