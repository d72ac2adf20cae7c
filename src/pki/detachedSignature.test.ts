import { expect, test } from 'vitest';
import { detachedSignature, isSignedBy } from './detachedSignature.ts';

const key = { id: 'abcdef', secret: '0123456789abcdef' };
const content = 'apiVersion: v1\nkind: Config\n';
const signature = detachedSignature(content, key);

test('a signature is a JWS without its middle that names the key', () => {
  const [header, middle, mac] = signature.split('.');
  expect(JSON.parse(Buffer.from(header!, 'base64url').toString())).toEqual({ alg: 'HS256', kid: 'abcdef' });
  expect(middle).toBe('');
  expect(Buffer.from(mac!, 'base64url')).toHaveLength(32);
});

test('the signature is the one that kubeadm computes', () => {
  // The example of k8s.io/cluster-bootstrap/token/jws.
  expect(
    detachedSignature('Hello from the other side. I must have called a thousand times.', {
      id: 'joshua',
      secret: 'my voice is my passcode',
    }),
  ).toBe('eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8');
});

const strangers: Record<string, [signature: string, content: string, key: typeof key]> = {
  'another content': [signature, `${content} `, key],
  'another secret': [signature, content, { ...key, secret: '0123456789abcdee' }],
  'another key of the same secret': [signature, content, { ...key, id: 'abcdee' }],
  'a cut signature': [signature.slice(0, -1), content, key],
  'no signature': ['', content, key],
};

test('only the very content and key verify', () => {
  expect(isSignedBy(signature, content, key)).toBe(true);
});
for (const [name, args] of Object.entries(strangers)) {
  test(`${name} does not verify`, () => expect(isSignedBy(...args)).toBe(false));
}
