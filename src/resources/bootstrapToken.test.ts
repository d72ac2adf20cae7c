import { expect, test } from 'vitest';
import type { Secret } from '../generated/types.ts';
import {
  type BootstrapToken,
  bootstrapTokenOf,
  bootstrapTokenSecret,
  isExpired,
  splitBootstrapToken,
} from './bootstrapToken.ts';

const token: BootstrapToken = {
  id: 'abcdef',
  secret: '0123456789abcdef',
  description: 'for node04',
  expiresAt: Date.UTC(2026, 0, 2),
  usages: ['authentication', 'signing'],
  groups: ['system:bootstrappers:kubeadm:default-node-token'],
};
const secret = bootstrapTokenSecret(token);
const withData = (data: Record<string, string>): Secret => ({
  ...secret,
  data: {
    ...secret.data,
    ...Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)])),
  },
});

test('a token comes back from its secret as it was', () => {
  expect(secret.metadata).toEqual({ name: 'bootstrap-token-abcdef', namespace: 'kube-system' });
  expect(atob(secret.data!.expiration!)).toBe('2026-01-02T00:00:00Z');
  expect(bootstrapTokenOf(secret)).toEqual(token);
});

test('a usage that is not "true" is none', () => {
  expect(bootstrapTokenOf(withData({ 'usage-bootstrap-signing': 'yes' }))?.usages).toEqual([
    'authentication',
  ]);
});

test('a token ends at its time, and one without a time does not', () => {
  expect(isExpired(token, Date.UTC(2026, 0, 2) - 1)).toBe(false);
  expect(isExpired(token, Date.UTC(2026, 0, 2))).toBe(true);
  expect(isExpired({ ...token, expiresAt: undefined }, Date.UTC(2126, 0, 1))).toBe(false);
});

const strangers: Record<string, Secret> = {
  'a secret of another type': { ...secret, type: 'Opaque' },
  'a secret of another namespace': { ...secret, metadata: { ...secret.metadata, namespace: 'default' } },
  'a secret that is not named after the token': { ...secret, metadata: { ...secret.metadata, name: 'mine' } },
  'a token without a secret part': withData({ 'token-secret': '' }),
  'an expiration that is no time': withData({ expiration: 'tomorrow' }),
};
for (const [name, stranger] of Object.entries(strangers)) {
  test(`${name} holds no token`, () => expect(bootstrapTokenOf(stranger)).toBeUndefined());
}

test('a token is six and sixteen small letters or digits', () => {
  expect(splitBootstrapToken('abcdef.0123456789abcdef')).toEqual({
    id: 'abcdef',
    secret: '0123456789abcdef',
  });
  for (const text of [
    '',
    'abcdef',
    'ABCDEF.0123456789abcdef',
    'abcdef.0123456789abcde',
    'abcdef.0123456789abcdef\n',
  ])
    expect(splitBootstrapToken(text)).toBeUndefined();
});
