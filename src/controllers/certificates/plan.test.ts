import { expect, test } from 'vitest';
import type {
  CertificateSigningRequest,
  CertificateSigningRequestSpec,
  CertificateSigningRequestStatus,
} from '../../generated/types.ts';
import { NOW, storedMeta } from '../testing/builders.ts';
import { planSigningRequest } from './plan.ts';

const HOUR_SECONDS = 3600;
const NODE = { username: 'system:node:node01', groups: ['system:nodes', 'system:authenticated'] };
const BOOTSTRAPPER = { username: 'system:bootstrap:abcdef', groups: ['system:bootstrappers'] };

function aRequest(
  spec: Partial<CertificateSigningRequestSpec> = {},
  status: CertificateSigningRequestStatus = {},
  ageSeconds = 10,
): CertificateSigningRequest {
  return {
    metadata: storedMeta('csr', ageSeconds),
    spec: {
      request: '',
      signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
      usages: ['digital signature', 'client auth'],
      ...BOOTSTRAPPER,
      ...spec,
    },
    status,
  };
}
const answered = (type: string) => ({ conditions: [{ type, status: 'True' }] });
const serving = 'kubernetes.io/kubelet-serving';

const cases: Record<string, { request: CertificateSigningRequest; want: string[] }> = {
  'a bootstrapper gets a node’s identity': { request: aRequest(), want: ['approve'] },
  'a node renews its own': { request: aRequest(NODE), want: ['approve'] },
  'a node may serve': { request: aRequest({ ...NODE, signerName: serving }), want: ['approve'] },
  'a bootstrapper may not serve': { request: aRequest({ signerName: serving }), want: [] },
  'anybody else waits for a person': {
    request: aRequest({ username: 'eve', groups: ['system:authenticated'] }),
    want: [],
  },
  'what is approved is signed': { request: aRequest({}, answered('Approved')), want: ['sign'] },
  'but not for a signer that is somebody else’s': {
    request: aRequest({ signerName: 'example.com/own' }, answered('Approved')),
    want: [],
  },
  'what is denied is not signed': { request: aRequest({}, answered('Denied')), want: [] },
  'what is signed is not signed again': {
    request: aRequest({}, { ...answered('Approved'), certificate: 'PEM' }),
    want: [],
  },
  'an answered one goes after an hour': {
    request: aRequest({}, answered('Denied'), HOUR_SECONDS),
    want: ['delete'],
  },
  'an open one after a day': {
    request: aRequest({ username: 'eve', groups: [] }, {}, 24 * HOUR_SECONDS),
    want: ['delete'],
  },
};
for (const [name, { request, want }] of Object.entries(cases)) {
  test(name, () => {
    const actions = planSigningRequest(request, NOW).stages.flat();
    expect(actions.map(({ kind }) => kind)).toEqual(want);
  });
}
