import { expect, test } from 'vitest';
import { errorMessage } from '../../apimachinery/fieldErrors.ts';
import { deepCopy } from '../../apimachinery/object.ts';
import { VIRTUAL_EPOCH } from '../../clock/virtualClock.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../generated/types.ts';
import { cellsOf } from '../testing/cells.ts';
import { certificateSigningRequests as requests } from './certificateSigningRequest.ts';

const PEM = '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n';

const request = (
  spec: Partial<CertificateSigningRequest['spec']> = {},
  conditions: CertificateSigningRequestCondition[] = [],
): CertificateSigningRequest => ({
  metadata: { name: 'csr-1' },
  spec: {
    request: Buffer.from(PEM).toString('base64'),
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
    usages: ['digital signature', 'client auth'],
    username: 'system:bootstrap:abcdef',
    ...spec,
  },
  status: { conditions },
});

const condition = (type: string, status = 'True') => ({ type, status });
const messages = (errors: ReturnType<typeof requests.validate>) => errors.map((error) => errorMessage(error));

const cases: [string, CertificateSigningRequest, string[]][] = [
  ['a kubelet’s request is right', request(), []],
  ['usages are asked for', request({ usages: [] }), ['spec.usages: Required value']],
  [
    'a signer has a domain and a path',
    request({ signerName: 'me' }),
    [
      'spec.signerName: Invalid value: "me": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
    ],
  ],
  [
    'ten minutes is the shortest',
    request({ expirationSeconds: 599 }),
    [
      'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
    ],
  ],
  [
    'nothing is approved and denied',
    request({}, [condition('Approved'), condition('Denied')]),
    [
      'status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    ],
  ],
];
for (const [name, given, want] of cases) {
  test(name, () => expect(messages(requests.validate(given))).toEqual(want));
}

test('approval is given at /approval, with the time', () => {
  const { approval } = requests.subresources!;
  const next = request({ usages: ['any'] }, [condition('Approved')]);
  const stored = request();
  approval!.prepareUpdate(next, stored, VIRTUAL_EPOCH);
  expect(approval!.validateUpdate(next, stored)).toEqual([]);
  expect(next.spec).toEqual(stored.spec);
  expect(next.status?.conditions?.[0]?.lastUpdateTime).toBe('2026-01-01T00:00:00Z');
});

test('approval is not given at /status, and not taken back at all', () => {
  const approved = request({}, [condition('Approved')]);
  expect(messages(requests.validateStatusUpdate!(approved, request()))).toEqual([
    'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ]);
  const { approval } = requests.subresources!;
  expect(messages(approval!.validateUpdate(request(), approved))).toEqual([
    'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  ]);
});

test('the columns tell how far it has come', () => {
  const issued = deepCopy(request({ expirationSeconds: 86_400 }, [condition('Approved')]));
  issued.status!.certificate = 'x';
  expect(cellsOf(requests, issued)).toMatchObject({
    SignerName: 'kubernetes.io/kube-apiserver-client-kubelet',
    Requestor: 'system:bootstrap:abcdef',
    RequestedDuration: '24h',
    Condition: 'Approved,Issued',
  });
  expect(cellsOf(requests, request())).toMatchObject({ RequestedDuration: '<none>', Condition: 'Pending' });
});
