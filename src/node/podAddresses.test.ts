import { expect, test } from 'vitest';
import { PodAddresses } from './podAddresses.ts';

test('addresses are given out in turn, and what was given back comes last', () => {
  const addresses = new PodAddresses('10.244.1.0/29');
  expect(['a', 'b', 'c'].map((owner) => addresses.allocate(owner))).toEqual([
    '10.244.1.2',
    '10.244.1.3',
    '10.244.1.4',
  ]);
  addresses.release('a');
  addresses.release('b');
  expect(['d', 'e', 'f'].map((owner) => addresses.allocate(owner))).toEqual([
    '10.244.1.5',
    '10.244.1.6',
    '10.244.1.2',
  ]);
});

test('an owner keeps its address', () => {
  const addresses = new PodAddresses('10.244.1.0/24');
  expect(addresses.allocate('a')).toBe(addresses.allocate('a'));
});

test('an address from before a restart is not given to another', () => {
  const addresses = new PodAddresses('10.244.1.0/24');
  addresses.reserve('old', '10.244.1.2');
  expect(addresses.allocate('new')).toBe('10.244.1.3');
  expect(addresses.allocate('old')).toBe('10.244.1.2');
});

test('a range can be used up, and no further', () => {
  const addresses = new PodAddresses('10.244.1.0/29');
  const given = ['a', 'b', 'c', 'd', 'e'].map((owner) => addresses.allocate(owner));
  expect(given.at(-1)).toBe('10.244.1.6');
  expect(() => addresses.allocate('f')).toThrow('no IP addresses available in range set');
});

test('an address of another range is left alone', () => {
  const addresses = new PodAddresses('10.244.1.0/24');
  addresses.reserve('old', '10.244.2.2');
  expect(addresses.allocate('old')).toBe('10.244.1.2');
});

test('what is no range is refused', () => {
  expect(() => new PodAddresses('fd00::/64')).toThrow('"fd00::/64" is no IPv4 range');
});
