import { createHash, createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import type { EpochMs } from '../clock/clock.ts';
import { newPrivateKeyPem, webCryptoKeys } from './keyPair.ts';
import { alternativeNames, type Subject, subjectOf } from './subject.ts';
import { KEY_ALGORITHM, loadX509 } from './x509.ts';

const DAY_MS = 86_400_000;
/** As kubeadm: ten years for the authority, one for what it signs. */
const CA_LIFE_MS = 3650 * DAY_MS;
export const LEAF_LIFE_MS = 365 * DAY_MS;
/** Clocks of joining machines may be a little behind. */
const BACKDATE_MS = 300_000;

/** A certificate with its key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export type Usage = 'client auth' | 'server auth';

export interface SigningOptions {
  readonly usages: readonly Usage[];
  readonly now: EpochMs;
  readonly lifeMs?: number;
}

/** The cluster's own authority: it signs what servers, administrators, components and nodes show each other. */
export class CertificateAuthority {
  readonly #keyPair: KeyPair;

  constructor(keyPair: KeyPair) {
    this.#keyPair = keyPair;
  }

  /** A new self-signed authority named `kubernetes`, as kubeadm names it. */
  static async create(now: EpochMs, commonName = 'kubernetes'): Promise<CertificateAuthority> {
    const x509 = await loadX509();
    const key = newPrivateKeyPem();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: newSerialNumber(),
      name: [{ CN: [commonName] }],
      notBefore: new Date(now - BACKDATE_MS),
      notAfter: new Date(now + CA_LIFE_MS),
      signingAlgorithm: KEY_ALGORITHM,
      keys: await webCryptoKeys(key),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature,
          true,
        ),
      ],
    });
    return new CertificateAuthority({ certificate: `${certificate.toString('pem')}\n`, key });
  }

  get keyPair(): KeyPair {
    return this.#keyPair;
  }

  get certificate(): string {
    return this.#keyPair.certificate;
  }

  /** A new key and a certificate for it. */
  async issue(subject: Subject, options: SigningOptions): Promise<KeyPair> {
    const key = newPrivateKeyPem();
    const { publicKey } = await webCryptoKeys(key);
    return { certificate: await this.#sign(subject, publicKey, options), key };
  }

  /** A certificate for the key, the subject and the hosts of a PKCS#10 request (PEM). Throws when the request is not signed by its key. */
  async signRequest(requestPem: string, options: SigningOptions): Promise<string> {
    const x509 = await loadX509();
    const request = new x509.Pkcs10CertificateRequest(requestPem);
    if (!(await request.verify()))
      throw new Error('Cannot sign the certificate request: its signature is wrong');
    return this.#sign(subjectOf(request), await request.publicKey.export(), options);
  }

  async #sign(subject: Subject, publicKey: CryptoKey, options: SigningOptions): Promise<string> {
    const x509 = await loadX509();
    const issuer = new x509.X509Certificate(this.certificate);
    const { privateKey } = await webCryptoKeys(this.#keyPair.key);
    const notAfter = Math.min(options.now + (options.lifeMs ?? LEAF_LIFE_MS), issuer.notAfter.getTime());
    const names = await alternativeNames(subject);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: newSerialNumber(),
      subject: [
        ...(subject.organizations ?? []).map((name) => ({ O: [name] })),
        { CN: [subject.commonName] },
      ],
      issuer: issuer.subject,
      notBefore: new Date(options.now - BACKDATE_MS),
      notAfter: new Date(notAfter),
      signingAlgorithm: KEY_ALGORITHM,
      publicKey,
      signingKey: privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
          true,
        ),
        new x509.ExtendedKeyUsageExtension(options.usages.map((usage) => EXTENDED_USAGES[usage])),
        ...names,
      ],
    });
    return `${certificate.toString('pem')}\n`;
  }
}

const EXTENDED_USAGES: Record<Usage, string> = {
  'client auth': '1.3.6.1.5.5.7.3.2',
  'server auth': '1.3.6.1.5.5.7.3.1',
};

/** A positive number of 127 bits. */
const newSerialNumber = () =>
  `00${randomBytes(16)
    .toString('hex')
    .replace(/^[89a-f]/, '1')}`;

/** `sha256:<hex>` of the authority's public key: what `--discovery-token-ca-cert-hash` pins (kubeadm's pubkeypin). */
export function publicKeyHash(certificatePem: string): string {
  const key = new X509Certificate(certificatePem).publicKey;
  const der = createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({
    type: 'spki',
    format: 'der',
  });
  return `sha256:${createHash('sha256').update(der).digest('hex')}`;
}
