import { expect, test } from 'vitest';
import type { Endpoints } from '../generated/types.ts';
import { endpoints } from './endpoints.ts';
import { cellsOf } from './testing/cells.ts';
import { problems } from './testing/problems.ts';

const withAddresses = (...ips: string[]): Endpoints => ({
  metadata: { name: 'web', namespace: 'default' },
  subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }],
});

test('three addresses are shown, the rest is counted', () => {
  const shown = (...ips: string[]) => cellsOf(endpoints, withAddresses(...ips)).Endpoints;
  expect(shown()).toBe('<none>');
  expect(shown('10.0.0.1', '2001:db8::1')).toBe('10.0.0.1:80,[2001:db8::1]:80');
  expect(shown('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5')).toBe(
    '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...',
  );
});

test('a port is of TCP unless it says otherwise', () => {
  const object = withAddresses('10.0.0.1');
  object.subsets![0]!.ports!.push({ port: 53, protocol: 'UDP' });
  endpoints.setDefaults?.(object);
  expect(object.subsets?.[0]?.ports?.map(({ protocol }) => protocol)).toEqual(['TCP', 'UDP']);
});

test('an address is an address', () => {
  expect(problems(endpoints.validate(withAddresses('10.0.0.1', 'web')))).toEqual([
    'subsets[0].addresses[1].ip: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ]);
});
