import { isStatusError } from '../../apimachinery/errors.ts';
import { HttpsClient } from '../../client/http/httpsClient.ts';
import { embeddedAuthority } from '../../client/http/kubeconfig.ts';
import type { ServerAccess } from '../../client/http/serverAccess.ts';
import type { Clock } from '../../clock/clock.ts';
import type { ConfigMap } from '../../generated/types.ts';
import { publicKeyHash } from '../../pki/certificateAuthority.ts';
import { isSignedBy } from '../../pki/detachedSignature.ts';
import { splitBootstrapToken } from '../../resources/bootstrapToken.ts';
import { ConfigMaps } from '../../resources/kinds.ts';

export interface DiscoveryOptions {
  /** `https://10.0.0.1:6443`. */
  readonly server: string;
  readonly token: string;
  /** `sha256:…` of the public key of the cluster's authority. */
  readonly caCertificateHash: string;
  readonly clock: Clock;
}

/**
 * Finds out whom to trust, as kubeadm does: asks an unknown server for `cluster-info`, believes it if it is signed with the token and carries the
 * authority that was pinned, and then asks again over a connection which that authority vouches for. Resolves to the authority's certificate (PEM).
 */
export async function discoverAuthority({
  server,
  token,
  caCertificateHash,
  clock,
}: DiscoveryOptions): Promise<string> {
  const claimed = await readClusterInfo({ server, isUnverified: true }, clock);
  const kubeconfig = verifiedKubeconfig(claimed, token);
  const caCertificate = authorityIn(kubeconfig);
  const actualHash = publicKeyHash(caCertificate);
  if (actualHash !== caCertificateHash.toLowerCase()) {
    throw new Error(
      `Cannot trust ${server}: the hash of its authority is ${actualHash}, not ${caCertificateHash}`,
    );
  }
  const confirmed = await readClusterInfo({ server, caCertificate }, clock);
  if (confirmed.data?.kubeconfig !== kubeconfig) {
    throw new Error(`Cannot trust ${server}: it tells something else once it has to prove who it is`);
  }
  return caCertificate;
}

async function readClusterInfo(access: ServerAccess, clock: Clock): Promise<ConfigMap> {
  const client = HttpsClient.to(access, { clock });
  try {
    return await client.get(ConfigMaps, { name: 'cluster-info', namespace: 'kube-public' });
  } catch (error) {
    throw explained(error, access.server, clock);
  } finally {
    client.close();
  }
}

function explained(error: unknown, server: string, clock: Clock): unknown {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  if (cause?.code === 'CERT_NOT_YET_VALID' || cause?.code === 'CERT_HAS_EXPIRED') {
    const now = new Date(clock.now()).toISOString();
    return new Error(
      `Cannot trust ${server}: its certificate is not of this time. Is this machine's clock right? It says ${now}`,
    );
  }
  if (!isStatusError(error, 'NotFound', 'Forbidden', 'Unauthorized')) return error;
  return new Error(`Cannot join ${server}: it tells strangers nothing of itself (${error.message})`);
}

function verifiedKubeconfig({ data = {} }: ConfigMap, token: string): string {
  const key = splitBootstrapToken(token);
  if (!key) throw new Error('Cannot use the token: it must look like abcdef.0123456789abcdef');
  const signature = data[`jws-kubeconfig-${key.id}`];
  if (!data.kubeconfig || !signature) {
    throw new Error(
      `Cannot use the token "${key.id}": the cluster does not know it, or it has expired. "sampan token create" makes a new one`,
    );
  }
  if (!isSignedBy(signature, data.kubeconfig, key)) {
    throw new Error(
      `Cannot use the token "${key.id}": its second half is not the one that the cluster knows`,
    );
  }
  return data.kubeconfig;
}

function authorityIn(kubeconfig: string): string {
  const authority = embeddedAuthority(kubeconfig);
  if (!authority) throw new Error('Cannot join: cluster-info does not tell the authority of the cluster');
  return authority;
}
