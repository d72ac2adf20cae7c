import { expect, test } from 'vitest';
import type { BootstrapToken } from '../resources/bootstrapToken.ts';
import { tokenTable } from './tokenTable.ts';

const now = Date.UTC(2026, 0, 1);
const token: BootstrapToken = {
  id: 'abcdef',
  secret: '0123456789abcdef',
  usages: ['authentication', 'signing'],
  groups: ['system:bootstrappers:kubeadm:default-node-token'],
};

test('the table is that of kubeadm', () => {
  const tokens = [
    { ...token, expiresAt: now + 86_399_000, description: 'for node04' },
    { ...token, groups: [], usages: [] },
  ];
  expect(tokenTable(tokens, now)).toEqual([
    'TOKEN                     TTL         EXPIRES                USAGES                   DESCRIPTION   EXTRA GROUPS',
    'abcdef.0123456789abcdef   23h         2026-01-01T23:59:59Z   authentication,signing   for node04    system:bootstrappers:kubeadm:default-node-token',
    'abcdef.0123456789abcdef   <forever>   <never>                <none>                   <none>        <none>',
  ]);
});

const ttls: Record<string, number> = {
  '<invalid>': -5000,
  '0s': -1000,
  '59s': 59_999,
  '1m': 60_000,
  '7d': 8 * 86_400_000 - 1,
  '1y': 400 * 86_400_000,
};
for (const [text, ms] of Object.entries(ttls)) {
  test(`${ms} ms more are ${text}`, () => {
    expect(tokenTable([{ ...token, expiresAt: now + ms }], now)[1]).toContain(` ${text} `);
  });
}
