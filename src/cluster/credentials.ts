import { X509Certificate } from 'node:crypto';
import type { EpochMs } from '../clock/clock.ts';
import { CertificateAuthority, type KeyPair, type Usage } from '../pki/certificateAuthority.ts';
import { newPrivateKeyPem } from '../pki/keyPair.ts';
import type { Subject } from '../pki/subject.ts';

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

/** Where keys are kept: a data files, or nothing but memory. */
export interface CredentialFiles {
  read(name: string): string | undefined;
  write(name: string, text: string): void;
}

/** Keys that are gone with the process. */
export function filesInMemory(): CredentialFiles {
  const files = new Map<string, string>();
  return { read: (name) => files.get(name), write: (name, text) => files.set(name, text) };
}

/** Certificates that end sooner than this are made anew at a start. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

export async function ensureCredentials(
  files: CredentialFiles,
  hosts: readonly string[],
  now: EpochMs,
): Promise<Credentials> {
  const authority = await ensureAuthority(files, now);
  const leaf = (name: string, subject: Subject, usage: Usage) =>
    ensureLeaf(files, authority, name, subject, usage, now);
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
    serviceAccountKey: ensureServiceAccountKey(files),
  };
}

async function ensureAuthority(files: CredentialFiles, now: EpochMs): Promise<CertificateAuthority> {
  const known = readPair(files, 'ca');
  if (known) return new CertificateAuthority(known);
  const authority = await CertificateAuthority.create(now);
  writePair(files, 'ca', authority.keyPair);
  return authority;
}

async function ensureLeaf(
  files: CredentialFiles,
  authority: CertificateAuthority,
  name: string,
  subject: Subject,
  usage: Usage,
  now: EpochMs,
): Promise<KeyPair> {
  const known = readPair(files, name);
  if (known && isGood(known, subject.hosts ?? [], now)) return known;
  const made = await authority.issue(subject, { usages: [usage], now });
  writePair(files, name, made);
  return made;
}

function isGood({ certificate }: KeyPair, hosts: readonly string[], now: EpochMs): boolean {
  const parsed = new X509Certificate(certificate);
  return (
    Date.parse(parsed.validTo) - now > RENEW_BEFORE_MS &&
    hosts.every((host) => parsed.checkHost(host) !== undefined || parsed.checkIP(host) !== undefined)
  );
}

function ensureServiceAccountKey(files: CredentialFiles): string {
  const known = files.read('pki/sa.key');
  if (known) return known;
  const key = newPrivateKeyPem();
  files.write('pki/sa.key', key);
  return key;
}

function readPair(files: CredentialFiles, name: string): KeyPair | undefined {
  const certificate = files.read(`pki/${name}.crt`);
  const key = files.read(`pki/${name}.key`);
  return certificate && key ? { certificate, key } : undefined;
}

function writePair(files: CredentialFiles, name: string, pair: KeyPair): void {
  files.write(`pki/${name}.key`, pair.key);
  files.write(`pki/${name}.crt`, pair.certificate);
}

/** By what names clients may call the server: those of kubeadm, of which the last ones are for pods. */
export const serverNames = (...hosts: readonly string[]): string[] => [
  ...new Set([...hosts, '127.0.0.1', 'localhost', ...SERVICE_NAMES, '10.96.0.1']),
];

const SERVICE_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];
