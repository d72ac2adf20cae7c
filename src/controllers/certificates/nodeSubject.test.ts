import { expect, test } from 'vitest';
import { problemOfNode, type RequestedSubject } from './nodeSubject.ts';
import { KUBELET_CLIENT, KUBELET_SERVING } from './plan.ts';

const node: RequestedSubject = { commonName: 'system:node:node04', organizations: ['system:nodes'] };

const cases: Record<
  string,
  { by?: string; signerName?: string; subject?: Partial<RequestedSubject>; want: string | undefined }
> = {
  'a node may renew its own name': { want: undefined },
  'a bootstrapper may ask for any node': { by: 'system:bootstrap:abcdef', want: undefined },
  'a node may not become another': {
    by: 'system:node:node05',
    want: 'subject common name is not that of system:node:node05, who asks',
  },
  'nobody becomes an administrator': {
    by: 'system:bootstrap:abcdef',
    subject: { organizations: ['system:masters'] },
    want: 'subject organization is not system:nodes',
  },
  'nobody becomes a node with more groups': {
    subject: { organizations: ['system:nodes', 'system:masters'] },
    want: 'subject organization is not system:nodes',
  },
  'a name that is not of a node is none': {
    by: 'system:bootstrap:abcdef',
    subject: { commonName: 'kube-apiserver' },
    want: 'subject common name does not begin with system:node:',
  },
  'a client needs no hosts': {
    subject: { hosts: ['localhost'] },
    want: 'DNS and IP subjectAltNames are not allowed',
  },
  'a server needs hosts': { signerName: KUBELET_SERVING, want: 'DNS or IP subjectAltName is required' },
  'a server with hosts is fine': {
    signerName: KUBELET_SERVING,
    subject: { hosts: ['node04'] },
    want: undefined,
  },
};
for (const [
  name,
  { by = 'system:node:node04', signerName = KUBELET_CLIENT, subject, want },
] of Object.entries(cases)) {
  test(name, () => {
    const spec = { request: '', signerName, usages: [], username: by };
    expect(problemOfNode(spec, { ...node, ...subject })).toBe(want);
  });
}
