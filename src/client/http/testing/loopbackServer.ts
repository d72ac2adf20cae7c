import { type ApiServer, createApiServer } from '../../../apiserver/apiServer.ts';
import { SeededRandom } from '../../../clock/random.ts';
import { SystemClock } from '../../../clock/systemClock.ts';
import { CertificateAuthority } from '../../../pki/certificateAuthority.ts';
import { Namespaces } from '../../../resources/kinds.ts';
import { MemoryStore } from '../../../store/memoryStore.ts';
import type { ServerAccess } from '../serverAccess.ts';

export const clock = new SystemClock();
export const authority = await CertificateAuthority.create(clock.now());

/** What a server on 127.0.0.1 shows, and whom it believes. */
export async function serverCertificate() {
  const subject = { commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost'] };
  return authority.issue(subject, { usages: ['server auth'], now: clock.now() });
}

/** The administrator's way to a server on this port. */
export async function adminAccess(port: number): Promise<ServerAccess> {
  const subject = { commonName: 'kubernetes-admin', organizations: ['system:masters'] };
  const credentials = await authority.issue(subject, { usages: ['client auth'], now: clock.now() });
  return { server: `https://127.0.0.1:${port}`, caCertificate: authority.certificate, credentials };
}

/** A whole API server on loopback, with the namespace `default`. */
export async function startLoopbackServer(): Promise<{
  apiServer: ApiServer;
  store: MemoryStore;
  port: number;
}> {
  const store = new MemoryStore();
  const apiServer = createApiServer({ store, clock, random: new SeededRandom(1) });
  const { certificate: cert, key } = await serverCertificate();
  const { port } = await apiServer.listen({
    host: '127.0.0.1',
    port: 0,
    key,
    cert,
    clientCa: authority.certificate,
  });
  await apiServer.client({ user: 'admin' }).create(Namespaces, { metadata: { name: 'default' }, spec: {} });
  return { apiServer, store, port };
}
