import { expect, test } from 'vitest';
import { StatefulSets } from '../../resources/kinds.ts';
import { aTemplate, storedMeta } from '../testing/builders.ts';
import { newRevision } from './revisions.ts';

test.each([
  { owner: 'web', want: 'web-abc' },
  { owner: 'w'.repeat(230), want: `${'w'.repeat(223)}-abc` },
])('a revision of $owner is called by at most 223 letters of that and the hash', ({ owner, want }) => {
  const withTemplate = { metadata: storedMeta(owner), spec: { template: aTemplate('web') } };
  expect(newRevision(StatefulSets, withTemplate, 'abc', 1).metadata.name).toBe(want);
});
