import { expect, test } from 'vitest';
import { Message } from './protobuf.ts';

interface Leaf {
  text?: string;
}
interface Tree {
  size?: number;
  isOld?: boolean;
  leaf?: Leaf;
  leaves?: Leaf[];
}
const leaf = new Message<Leaf>({ text: [1, 'text'] });
const tree = new Message<Tree>({
  size: [1, 'number'],
  isOld: [2, 'boolean'],
  leaf: [3, leaf],
  leaves: [20, leaf, 'many'],
});

test('a message is written as protobuf writes it', () => {
  expect(tree.encode({ size: 150, isOld: true, leaf: { text: 'hé' } }).toString('hex')).toBe(
    '08960110011a050a0368c3a9',
  );
});

test('what is written is read again, up to the largest safe number', () => {
  const message = {
    size: Number.MAX_SAFE_INTEGER,
    isOld: false,
    leaf: { text: 'x'.repeat(300) },
    leaves: [{ text: 'a' }, { text: '' }],
  };
  expect(tree.decode(tree.encode(message))).toEqual(message);
});

test('what was not sent is empty', () => {
  expect(tree.decode(Buffer.alloc(0))).toEqual({ size: 0, isOld: false, leaf: undefined, leaves: [] });
});

test('fields that a newer etcd sends are skipped, whatever their type', () => {
  const bytes = Buffer.from('510000000000000000' + '5d00000000' + '6203010203' + '680f' + '0807', 'hex');
  expect(tree.decode(bytes).size).toBe(7);
});

test('a message that was cut off is an error', () => {
  const bytes = tree.encode({ size: 300, leaf: { text: 'long enough' } });
  expect(() => tree.decode(bytes.subarray(0, -1))).toThrow('ends too early');
  expect(() => tree.decode(bytes.subarray(0, 2))).toThrow('ends too early');
});

test('numbers below zero and texts by name are written and read', () => {
  const odd = new Message<{ code: number; labels: Record<string, string> }>({
    code: [1, 'number'],
    labels: [2, 'map'],
  });
  const written = odd.encode({ code: -999, labels: { app: 'web', tier: '' } });
  expect(written.toString('hex').slice(0, 22)).toBe('0899f8ffffffffffffff01');
  expect(odd.decode(written)).toEqual({ code: -999, labels: { app: 'web', tier: '' } });
  expect(odd.decode(new Uint8Array())).toEqual({ code: 0, labels: {} });
});
