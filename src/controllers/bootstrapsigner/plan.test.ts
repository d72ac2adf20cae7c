import { expect, test } from 'vitest';
import type { ConfigMap } from '../../generated/types.ts';
import { detachedSignature } from '../../pki/detachedSignature.ts';
import { type BootstrapToken, bootstrapTokenSecret } from '../../resources/bootstrapToken.ts';
import { planSignatures } from './plan.ts';

const now = Date.UTC(2026, 0, 1);
const token = (id: string, rest: Partial<BootstrapToken> = {}): BootstrapToken => ({
  id,
  secret: '0123456789abcdef',
  usages: ['authentication', 'signing'],
  groups: [],
  ...rest,
});
const signed = (...tokens: BootstrapToken[]): Record<string, string> => ({
  kubeconfig: 'the text',
  ...Object.fromEntries(
    tokens.map((each) => [`jws-kubeconfig-${each.id}`, detachedSignature('the text', each)]),
  ),
});
const [one, two] = [token('abcdef'), token('fedcba')];

const cases: Record<
  string,
  { data?: ConfigMap['data']; tokens?: BootstrapToken[]; want: object | undefined }
> = {
  'each token signs': { tokens: [one, two], want: signed(one, two) },
  'what is signed stays as it is': { data: signed(one), tokens: [one], want: undefined },
  'a signature of a token that is gone goes': { data: signed(one, two), tokens: [two], want: signed(two) },
  'another kubeconfig is signed anew': {
    data: { ...signed(one), kubeconfig: 'another text' },
    tokens: [one],
    want: { kubeconfig: 'another text', 'jws-kubeconfig-abcdef': detachedSignature('another text', one) },
  },
  'a token that is only for authentication does not sign': {
    tokens: [token('abcdef', { usages: ['authentication'] })],
    want: undefined,
  },
  'an expired token does not sign': {
    data: signed(one),
    tokens: [{ ...one, expiresAt: now }],
    want: signed(),
  },
  'what others wrote there stays': {
    data: { ...signed(), note: 'mine' },
    tokens: [one],
    want: { ...signed(one), note: 'mine' },
  },
  'without a kubeconfig there is nothing to sign': { data: {}, tokens: [one], want: undefined },
};
for (const [name, { data = signed(), tokens = [], want }] of Object.entries(cases)) {
  test(name, () => {
    const clusterInfo = { metadata: { name: 'cluster-info', namespace: 'kube-public' }, data };
    const secrets = tokens.map(bootstrapTokenSecret);
    const { stages } = planSignatures({ clusterInfo, secrets }, now);
    expect(stages.flat()[0]?.data).toEqual(want);
  });
}

test('it looks again when the next token ends', () => {
  const clusterInfo = { metadata: {}, data: signed() };
  const secrets = [3000, 1000, 2000].map((ms, index) =>
    bootstrapTokenSecret(token(`abcde${index}`, { expiresAt: now + ms })),
  );
  expect(planSignatures({ clusterInfo, secrets }, now).lookAgainAt).toBe(now + 1000);
});
