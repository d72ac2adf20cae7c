import { expect, test } from 'vitest';
import { serversIn } from './hostResolvers.ts';

const cases: Record<string, [text: string, want: string[]]> = {
  'all that are named, in their order': [
    'nameserver 192.0.2.1\nnameserver fd00::1\n',
    ['192.0.2.1', 'fd00::1'],
  ],
  'not what is commented out': ['# nameserver 192.0.2.1\nnameserver 192.0.2.2 # second', ['192.0.2.2']],
  'not this DNS itself': ['nameserver 10.96.0.10\nnameserver 192.0.2.1', ['192.0.2.1']],
  'not what is no address': ['nameserver\nnameserver dns.example.com', []],
  'those of a link, too': ['nameserver fe80::1%eth0', ['fe80::1%eth0']],
};
for (const [name, [text, want]] of Object.entries(cases))
  test(`the host's servers are ${name}`, () => {
    expect(serversIn(text, '10.96.0.10')).toEqual(want);
  });
