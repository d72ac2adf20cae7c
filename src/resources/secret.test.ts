import { expect, test } from 'vitest';
import { errorMessage } from '../apimachinery/fieldErrors.ts';
import type { Secret } from '../generated/types.ts';
import { secrets } from './secret.ts';

const metadata = { name: 'x', namespace: 'default' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (type: string, data: Record<string, string> = {}): Secret => ({ metadata, type, data });
const messages = (errors: ReturnType<typeof secrets.validate>) => errors.map((error) => errorMessage(error));

const secretCases: [string, Secret, string[]][] = [
  ['an opaque secret may hold anything', secret('Opaque', { a: base64('1') }), []],
  [
    'a key must fit a file name',
    secret('Opaque', { '..': '' }),
    ['data[..]: Invalid value: "..": must not be \'..\''],
  ],
  [
    'a TLS secret holds both halves',
    secret('kubernetes.io/tls', { 'tls.crt': '' }),
    ['data[tls.key]: Required value'],
  ],
  [
    'basic auth asks for a user name or a password',
    secret('kubernetes.io/basic-auth'),
    ['data[username]: Required value', 'data[password]: Required value'],
  ],
  ['basic auth is content with one', secret('kubernetes.io/basic-auth', { username: '' }), []],
  [
    'a token names its service account',
    secret('kubernetes.io/service-account-token'),
    ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
  ],
  [
    'a secret holds at most 1 MiB',
    secret('Opaque', { a: base64('x'.repeat(1_048_577)) }),
    ['data: Too long: may not be more than 1048576 bytes'],
  ],
];
for (const [name, given, want] of secretCases) {
  test(name, () => expect(messages(secrets.validate(given))).toEqual(want));
}

test('contents of a secret are not in its errors', () => {
  const [error] = secrets.validate(secret('kubernetes.io/dockercfg', { '.dockercfg': base64('{hunter2') }));
  expect(error).toMatchObject({ field: 'data[.dockercfg]', badValue: '<secret contents redacted>' });
});

test('stringData becomes data, whatever its keys are called', () => {
  const given = { metadata, stringData: JSON.parse('{"a":"1","__proto__":"2"}') } as Secret;
  secrets.setDefaults!(given);
  expect(given.stringData).toBeUndefined();
  expect(Object.entries(given.data!)).toEqual([
    ['a', base64('1')],
    ['__proto__', base64('2')],
  ]);
  expect(given.type).toBe('Opaque');
});

test('a secret keeps its type', () => {
  const errors = secrets.validateUpdate(secret('Other'), secret('Opaque'));
  expect(messages(errors)).toEqual(['type: Invalid value: "Other": field is immutable']);
});
