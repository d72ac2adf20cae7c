import { expect, test } from 'vitest';
import type { ServiceAccount } from '../../generated/types.ts';
import { storedMeta } from '../testing/builders.ts';
import { base64, planToken } from './plan.ts';

const account: ServiceAccount = { metadata: storedMeta('robot') };
const full = { token: 'x', namespace: base64('default'), 'ca.crt': base64('root') };

const cases: Record<
  string,
  {
    data?: Record<string, string>;
    uid?: string;
    account?: ServiceAccount | null;
    deleting?: boolean;
    want: string[];
  }
> = {
  'an empty secret is filled': { want: ['fill'] },
  'one that is full is left alone': { data: full, want: [] },
  'one that trusts another authority is filled': {
    data: { ...full, 'ca.crt': base64('old') },
    want: ['fill'],
  },
  'one whose account is gone goes': { data: full, account: null, want: ['delete'] },
  'also if the account has a successor': { data: full, uid: 'uid-before', want: ['delete'] },
  'the account may be named by its uid': { data: full, uid: 'uid-robot', want: [] },
  'one that is on its way out is let go': { account: null, deleting: true, want: [] },
};
for (const [name, { want, data, uid, deleting, account: given = account }] of Object.entries(cases)) {
  test(name, () => {
    const metadata = {
      ...storedMeta('token'),
      annotations: {
        'kubernetes.io/service-account.name': 'robot',
        ...(uid && { 'kubernetes.io/service-account.uid': uid }),
      },
      ...(deleting && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    };
    const secret = { metadata, type: 'kubernetes.io/service-account-token', ...(data && { data }) };
    const plan = planToken({ secret, account: given ?? undefined, rootCertificate: 'root' });
    expect(plan.stages.flat().map(({ kind }) => kind)).toEqual(want);
  });
}
