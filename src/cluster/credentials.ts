import { X509Certificate } from 'node:crypto';
import type { EpochMs } from '../clock/clock.ts';
import { CertificateAuthority, type KeyPair, type Usage } from '../pki/certificateAuthority.ts';
import { newPrivateKeyPem } from '../pki/keyPair.ts';
import type { Subject } from '../pki/subject.ts';
import type { DataDirectory } from './dataDirectory.ts';

/** Every key that a cluster needs. Made on the first start, kept under `pki/`, renewed before they end. */
export interface Credentials {
  readonly authority: CertificateAuthority;
  readonly server: KeyPair;
  readonly admin: KeyPair;
  /** How the API server shows itself to node agents of other processes. */
  readonly kubeletClient: KeyPair;
  /** Signs service-account tokens (ES256). */
  readonly serviceAccountKey: string;
}

/** Certificates that end sooner than this are made anew at a start. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

export async function ensureCredentials(
  directory: DataDirectory,
  hosts: readonly string[],
  now: EpochMs,
): Promise<Credentials> {
  const authority = await ensureAuthority(directory, now);
  const leaf = (name: string, subject: Subject, usage: Usage) =>
    ensureLeaf(directory, authority, name, subject, usage, now);
  return {
    authority,
    server: await leaf('apiserver', { commonName: 'kube-apiserver', hosts }, 'server auth'),
    admin: await leaf(
      'admin',
      { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
      'client auth',
    ),
    kubeletClient: await leaf(
      'apiserver-kubelet-client',
      { commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'] },
      'client auth',
    ),
    serviceAccountKey: ensureServiceAccountKey(directory),
  };
}

async function ensureAuthority(directory: DataDirectory, now: EpochMs): Promise<CertificateAuthority> {
  const known = readPair(directory, 'ca');
  if (known) return new CertificateAuthority(known);
  const authority = await CertificateAuthority.create(now);
  writePair(directory, 'ca', authority.keyPair);
  return authority;
}

async function ensureLeaf(
  directory: DataDirectory,
  authority: CertificateAuthority,
  name: string,
  subject: Subject,
  usage: Usage,
  now: EpochMs,
): Promise<KeyPair> {
  const known = readPair(directory, name);
  if (known && isGood(known, subject.hosts ?? [], now)) return known;
  const made = await authority.issue(subject, { usages: [usage], now });
  writePair(directory, name, made);
  return made;
}

function isGood({ certificate }: KeyPair, hosts: readonly string[], now: EpochMs): boolean {
  const parsed = new X509Certificate(certificate);
  return (
    Date.parse(parsed.validTo) - now > RENEW_BEFORE_MS &&
    hosts.every((host) => parsed.checkHost(host) !== undefined || parsed.checkIP(host) !== undefined)
  );
}

function ensureServiceAccountKey(directory: DataDirectory): string {
  const known = directory.read('pki/sa.key');
  if (known) return known;
  const key = newPrivateKeyPem();
  directory.write('pki/sa.key', key);
  return key;
}

function readPair(directory: DataDirectory, name: string): KeyPair | undefined {
  const certificate = directory.read(`pki/${name}.crt`);
  const key = directory.read(`pki/${name}.key`);
  return certificate && key ? { certificate, key } : undefined;
}

function writePair(directory: DataDirectory, name: string, pair: KeyPair): void {
  directory.write(`pki/${name}.key`, pair.key);
  directory.write(`pki/${name}.crt`, pair.certificate);
}
