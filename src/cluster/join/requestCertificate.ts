import type { Client } from '../../client/client.ts';
import type { Clock } from '../../clock/clock.ts';
import type { CertificateSigningRequest } from '../../generated/types.ts';
import type { KeyPair } from '../../pki/certificateAuthority.ts';
import { certificateRequest } from '../../pki/certificateRequest.ts';
import type { Subject } from '../../pki/subject.ts';
import { CertificateSigningRequests } from '../../resources/kinds.ts';

export interface WantedCertificate {
  /** `kubernetes.io/kubelet-serving`, … */
  readonly signerName: string;
  readonly usage: 'client auth' | 'server auth';
  readonly subject: Subject;
}

const ANSWER_LIMIT_MS = 60_000;
/** What certificates allow for: they begin to hold so much before they are made. */
const CLOCK_TOLERANCE_MS = 300_000;

/** Asks the cluster to sign a new key. Rejects when it says no, or nothing within a minute. */
export async function requestCertificate(
  client: Client,
  clock: Clock,
  { signerName, usage, subject }: WantedCertificate,
): Promise<KeyPair> {
  const { request, key } = await certificateRequest(subject);
  const asked = await client.create(CertificateSigningRequests, {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { generateName: 'csr-' },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName,
      usages: ['digital signature', usage],
    },
  });
  checkClock(asked, clock);
  return { certificate: await answerTo(client, clock, asked), key };
}

/** The cluster has stamped the request with its own time. */
function checkClock({ metadata }: CertificateSigningRequest, clock: Clock): void {
  const aheadMs = clock.now() - Date.parse(metadata.creationTimestamp!);
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return;
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  throw new Error(
    `This machine's clock is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} the cluster's: set it first`,
  );
}

async function answerTo(client: Client, clock: Clock, asked: CertificateSigningRequest): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { name, resourceVersion = '' } = asked.metadata;
  const cancel = clock.callIn(ANSWER_LIMIT_MS, () =>
    reject(new Error(`Nobody has approved the certificate signing request ${name}: see "kubectl get csr"`)),
  );
  const watch = client.watch(
    CertificateSigningRequests,
    { resourceVersion, fieldSelector: `metadata.name=${name}` },
    {
      onChanges: (changes) => {
        for (const change of changes) if (change.type !== 'BOOKMARK') take(change.object, resolve, reject);
      },
      onEnd: (error) =>
        reject(error ?? new Error(`The watch of the request ${name} ended without an answer`)),
    },
  );
  return promise.finally(() => {
    cancel();
    watch.stop();
  });
}

function take(
  { metadata, status }: CertificateSigningRequest,
  resolve: (certificate: string) => void,
  reject: (error: Error) => void,
): void {
  const refusal = status?.conditions?.find(({ type }) => type === 'Denied' || type === 'Failed');
  if (refusal)
    reject(
      new Error(`The cluster refused the request ${metadata.name}: ${refusal.message ?? refusal.reason}`),
    );
  else if (status?.certificate) resolve(Buffer.from(status.certificate, 'base64').toString('utf8'));
}
