import { expect, test } from 'vitest';
import type { CertificateSigningRequest, Taint, Toleration } from '../../generated/types.ts';
import { certificateRequest } from '../../pki/certificateRequest.ts';
import { CertificateSigningRequests, DaemonSets, Namespaces, Nodes, Pods } from '../../resources/kinds.ts';
import { namespace, pod } from '../testing/registry.ts';
import { outcome, startAdmission } from './testing.ts';

const forFiveMinutes = (key: string): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
});
const everything: Toleration = { operator: 'Exists' };
const notReady: Toleration = { key: 'node.kubernetes.io/not-ready', operator: 'Exists' };

const tolerations: Record<string, { given: Toleration[]; want: Toleration[] }> = {
  'a pod outlasts a lost node for five minutes': {
    given: [],
    want: [forFiveMinutes('not-ready'), forFiveMinutes('unreachable')],
  },
  'a pod that says so itself is left alone': {
    given: [notReady],
    want: [notReady, forFiveMinutes('unreachable')],
  },
  'a pod that tolerates everything needs no more': { given: [everything], want: [everything] },
};
for (const [name, { given, want }] of Object.entries(tolerations)) {
  test(name, async () => {
    const { client } = await startAdmission();
    const { spec } = await client.create(Pods, pod('web', { tolerations: given }));
    expect(spec.tolerations).toEqual(want);
  });
}

const notReadyTaint: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
const own: Taint = { key: 'mine', effect: 'NoExecute' };
const taints: Record<string, { given: Taint[]; want: Taint[] }> = {
  'a new node takes no pods yet': { given: [], want: [notReadyTaint] },
  'its own taints stay': { given: [own], want: [own, notReadyTaint] },
  'the taint is there once': { given: [notReadyTaint], want: [notReadyTaint] },
};
for (const [name, { given, want }] of Object.entries(taints)) {
  test(name, async () => {
    const { client } = await startAdmission();
    const { spec } = await client.create(Nodes, { metadata: { name: 'n1' }, spec: { taints: given } });
    expect(spec?.taints).toEqual(want);
  });
}

test('a new node waits for the daemons that some DaemonSet requires', async () => {
  const { client } = await startAdmission();
  const awaiting: Taint = { key: 'sampan.dev/daemons-not-ready', effect: 'NoSchedule' };
  const taintsOfNew = async (name: string, taints: Taint[] = []) =>
    (await client.create(Nodes, { metadata: { name }, spec: { taints } })).spec.taints;
  const labels = { app: 'agent' };
  const metadata = { name: 'agent', namespace: 'default' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
  const agent = await client.create(DaemonSets, {
    metadata,
    spec: { selector: { matchLabels: labels }, template },
  });
  expect(await taintsOfNew('n1')).toEqual([notReadyTaint]);
  const annotations = { 'sampan.dev/node-startup': 'required' };
  await client.update(DaemonSets, { ...agent, metadata: { ...agent.metadata, annotations } });
  expect(await taintsOfNew('n2')).toEqual([notReadyTaint, awaiting]);
  expect(await taintsOfNew('n3', [awaiting])).toEqual([awaiting, notReadyTaint]);
  await client.delete(DaemonSets, metadata);
  expect(await taintsOfNew('n4')).toEqual([notReadyTaint]);
});

test('the namespaces that every cluster needs stay', async () => {
  const { client } = await startAdmission();
  await client.create(Namespaces, namespace('other'));
  expect(await outcome(client.delete(Namespaces, { name: 'default' }))).toBe(
    '403 Forbidden: namespaces "default" is forbidden: this namespace may not be deleted',
  );
  expect(await outcome(client.delete(Namespaces, { name: 'other' }))).toBe('done');
});

async function signingRequest(organization: string, signer: string): Promise<CertificateSigningRequest> {
  const { request } = await certificateRequest({ commonName: 'me', organizations: [organization] });
  return {
    metadata: { name: 'csr' },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: `kubernetes.io/${signer}`,
      usages: ['client auth'],
      username: 'somebody-else',
      groups: ['system:masters'],
    },
  };
}

test('a signing request tells who made it, not who its maker claims to be', async () => {
  const { as } = await startAdmission();
  const request = await signingRequest('developers', 'kube-apiserver-client');
  const { spec } = await as('anna', 'developers').create(CertificateSigningRequests, request);
  expect(spec).toMatchObject({ username: 'anna', groups: ['developers', 'system:authenticated'] });
});

test('nobody asks for a certificate of system:masters', async () => {
  const { client } = await startAdmission();
  const request = await signingRequest('system:masters', 'kube-apiserver-client');
  expect(await outcome(client.create(CertificateSigningRequests, request))).toBe(
    '403 Forbidden: certificatesigningrequests.certificates.k8s.io "csr" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
  const kubelet = await signingRequest('system:masters', 'kube-apiserver-client-kubelet');
  expect(await outcome(client.create(CertificateSigningRequests, kubelet))).toBe('done');
});
