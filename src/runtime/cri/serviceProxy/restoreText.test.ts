import { expect, test } from 'vitest';
import { restoreText } from './restoreText.ts';
import { noRules, type Tables } from './tables.ts';

const nat = (chains: Record<string, string[]>): Tables => ({
  ...noRules(),
  nat: new Map(Object.entries(chains)),
});

const JUMP = '-j SAMPAN-x-SERVICES';
const cases: Record<string, { wanted: Tables; present: Tables; text: string[] }> = {
  'nothing is written when all is there': {
    wanted: nat({ PREROUTING: [JUMP], 'SAMPAN-x-A': ['-j B'] }),
    present: nat({ PREROUTING: [JUMP], 'SAMPAN-x-A': ['-j B'] }),
    text: [],
  },
  'chains are made before rules that lead there, and come first in those of the kernel': {
    wanted: nat({ PREROUTING: [JUMP, '-j C'], 'SAMPAN-x-SERVICES': ['-j B'] }),
    present: noRules(),
    text: [
      '*nat',
      ':SAMPAN-x-SERVICES - [0:0]',
      `-I PREROUTING 1 ${JUMP}`,
      '-I PREROUTING 2 -j C',
      '-A SAMPAN-x-SERVICES -j B',
      'COMMIT',
      '',
    ],
  },
  'only chains that differ are written': {
    wanted: nat({ 'SAMPAN-x-A': ['-j B'], 'SAMPAN-x-B': ['-j D'] }),
    present: nat({ 'SAMPAN-x-A': ['-j B'], 'SAMPAN-x-B': ['-j C'] }),
    text: ['*nat', ':SAMPAN-x-B - [0:0]', '-A SAMPAN-x-B -j D', 'COMMIT', ''],
  },
  'chains go when nothing leads there any more; rules of others in those of the kernel stay': {
    wanted: noRules(),
    present: nat({ PREROUTING: [JUMP], 'SAMPAN-x-SERVICES': ['-j B'] }),
    text: [
      '*nat',
      ':SAMPAN-x-SERVICES - [0:0]',
      `-D PREROUTING ${JUMP}`,
      '-X SAMPAN-x-SERVICES',
      'COMMIT',
      '',
    ],
  },
};
for (const [name, { wanted, present, text }] of Object.entries(cases))
  test(name, () => {
    expect(restoreText(wanted, present)).toBe(text.join('\n'));
  });
