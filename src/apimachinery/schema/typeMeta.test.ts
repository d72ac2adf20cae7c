import { expect, test } from 'vitest';
import { parseBody } from './parseBody.ts';
import { checkTypeMeta } from './typeMeta.ts';

const expected = { group: 'apps', version: 'v1', kind: 'DaemonSet' };
const check = (text: string) =>
  checkTypeMeta(parseBody(Buffer.from(text), 'application/json', 'DaemonSet'), expected);

test.each([
  '{}',
  'null',
  '{"kind":null}',
  '{"kind":"DaemonSet"}',
  '{"apiVersion":"apps/v1"}',
  '{"apiVersion":"apps/v1","kind":"DaemonSet"}',
])('%s may be a DaemonSet', (text) => expect(() => check(text)).not.toThrow());

const refusals: Record<string, string> = {
  '{"apiVersion":"v1","kind":"Pod"}':
    'Pod in version "v1" cannot be handled as a DaemonSet: converting (v1.Pod) to (apps.DaemonSet): unknown conversion',
  '{"apiVersion":"apps/v1","kind":"Foo"}':
    'Foo in version "v1" cannot be handled as a DaemonSet: no kind "Foo" is registered for version "apps/v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  '{"apiVersion":"apps/v1beta1","kind":"DaemonSet"}':
    'the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)',
  '{"apiVersion":"a/b/c"}': 'unexpected GroupVersion string: a/b/c',
  '{"kind":1}': 'json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})',
  '[]': 'json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""',
  '"x"':
    "must be of type DaemonSet): couldn't get version/kind; json parse error: json: cannot unmarshal string",
};
test('an older version is taken where one is read as the newer', () => {
  const eviction = { group: 'policy', version: 'v1', kind: 'Eviction', olderVersions: ['v1beta1'] };
  const body = (version: string) =>
    parseBody(
      Buffer.from(`{"apiVersion":"policy/${version}","kind":"Eviction"}`),
      'application/json',
      'Eviction',
    );
  expect(() => checkTypeMeta(body('v1beta1'), eviction)).not.toThrow();
  expect(() => checkTypeMeta(body('v1alpha1'), eviction)).toThrow('does not match the expected API version');
});

for (const [text, message] of Object.entries(refusals)) {
  test(`${text} is refused`, () => {
    expect(() => check(text)).toThrow(
      expect.objectContaining({ code: 400, message: expect.stringContaining(message) }),
    );
  });
}
