import { describe, expect, test } from 'vitest';
import {
  asPrefix,
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  envVarName,
  labelValue,
  type NameRule,
  pathSegment,
  portName,
  qualifiedName,
} from './nameRules.ts';

const rules: Record<string, { rule: NameRule; right: string[]; wrong: string[] }> = {
  dns1123Label: {
    rule: dns1123Label,
    right: ['a', '0', 'a-b', 'a'.repeat(63)],
    wrong: ['', 'A', '-a', 'a-', 'a.b', 'a_b', 'a\n', 'a'.repeat(64), 'é'],
  },
  dns1123Subdomain: {
    rule: dns1123Subdomain,
    right: ['a', 'a.b', '0.1', 'a'.repeat(253)],
    wrong: ['', '.', 'a..b', 'a.', '.a', 'a.-b', '__proto__', 'a'.repeat(254)],
  },
  dns1035Label: { rule: dns1035Label, right: ['a', 'a-1'], wrong: ['', '1a', 'a.b', 'a-'] },
  qualifiedName: {
    rule: qualifiedName,
    right: ['a', 'A_b.c-1', 'example.com/A', 'constructor', `${'a'.repeat(253)}/${'b'.repeat(63)}`],
    wrong: ['', '/a', 'a/', 'a/b/c', 'A/b', '-a', 'a-', '__proto__', 'a'.repeat(64)],
  },
  labelValue: { rule: labelValue, right: ['', 'a', 'A.b_c-1'], wrong: ['-', 'a ', 'a'.repeat(64), 'a/b'] },
  envVarName: { rule: envVarName, right: ['A', '1', 'a b', 'a-.b'], wrong: ['', 'a=b', 'é', 'a\tb', '\x7f'] },
  configMapKey: {
    rule: configMapKey,
    right: ['a', 'a.b', '.a', '__proto__', 'constructor'],
    wrong: ['', '.', '..', '..a', 'a/b', 'a'.repeat(254)],
  },
  portName: {
    rule: portName,
    right: ['http', 'a1', '1-a'],
    wrong: ['', '12', 'a--b', '-a', 'A', 'a'.repeat(16)],
  },
  pathSegment: { rule: pathSegment, right: ['a:b', 'system:node'], wrong: ['.', '..', 'a/b', 'a%b'] },
};

for (const [name, { rule, right, wrong }] of Object.entries(rules)) {
  describe(name, () => {
    test.each(right)('%j is right', (value) => expect(rule(value)).toEqual([]));
    test.each(wrong)('%j is wrong', (value) => expect(rule(value)).not.toEqual([]));
  });
}

test("the words are upstream's", () => {
  expect(dns1123Subdomain('A')).toEqual([
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ]);
  expect(dns1123Label('a.b')).toEqual(['must not contain dots']);
  expect(dns1123Label('a'.repeat(64))).toEqual(['must be no more than 63 bytes']);
  expect(qualifiedName('/')).toContain('prefix part must be non-empty');
  expect(qualifiedName('a/b/c')[0]).toMatch(/^a valid label key must consist of alphanumeric characters/);
  expect(portName('a--b')).toEqual(['must not contain consecutive hyphens']);
});

test('a generateName may end in a dash', () => {
  expect(asPrefix(dns1123Label)('web-')).toEqual([]);
  expect(asPrefix(dns1123Label)('-')).not.toEqual([]);
});

test('hostile lengths are answered at once', () => {
  const long = `${'a-'.repeat(200_000)}%\u0000`;
  for (const { rule } of Object.values(rules)) expect(rule(long)).not.toEqual([]);
});
