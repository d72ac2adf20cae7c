import { SystemClock } from '../clock/systemClock.ts';
import { CertificateAuthority } from '../pki/certificateAuthority.ts';

/** What a webhook inside a test serves HTTPS with: `key` and `cert` as PEM, for `https.createServer`. */
export interface WebhookCertificate {
  readonly key: string;
  readonly cert: string;
  /** For `clientConfig.caBundle`: whom the cluster is to trust. */
  readonly caBundle: string;
}

/** A certificate for these names and addresses (the loopback unless told), by an authority that is there for it alone. It goes by real time. */
export async function webhookCertificate(
  hosts: readonly string[] = ['127.0.0.1', 'localhost'],
): Promise<WebhookCertificate> {
  const now = new SystemClock().now();
  const authority = await CertificateAuthority.create(now, 'webhooks');
  const subject = { commonName: hosts[0] ?? 'webhook', hosts };
  const { key, certificate } = await authority.issue(subject, { usages: ['server auth'], now });
  return { key, cert: certificate, caBundle: Buffer.from(authority.certificate).toString('base64') };
}
