import { expect, test } from 'vitest';
import type { ObjectMeta } from '../generated/types.ts';
import { errorMessage, type FieldError } from './fieldErrors.ts';
import { validateFieldManager, validateObjectMeta, validateObjectMetaUpdate } from './metaValidation.ts';
import { dns1123Subdomain } from './nameRules.ts';
import { validateLabelSelector } from './validation.ts';

const inWords = (errors: FieldError[]) => errors.map((error) => errorMessage(error));
const namespaced = { namespaced: true, nameRule: dns1123Subdomain };
const given = (meta: ObjectMeta) => ({ name: 'a', namespace: 'default', ...meta });

const creations: Record<string, { meta: ObjectMeta; want: (string | RegExp)[] }> = {
  'a plain object is right': { meta: given({ labels: { a: 'b' } }), want: [] },
  'a name is required': {
    meta: { namespace: 'default' },
    want: ['metadata.name: Required value: name or generateName is required'],
  },
  'a namespace is required': { meta: { name: 'a' }, want: ['metadata.namespace: Required value'] },
  'labels have a form': {
    meta: given({ labels: { 'a b': '' } }),
    want: [/^metadata\.labels: Invalid value: "a b": name part must consist/],
  },
  'annotation keys may be upper case, also in the prefix': {
    meta: given({ annotations: { 'Example.COM/X': 'any thing' } }),
    want: [],
  },
  'annotations have a total size': {
    meta: given({ annotations: { a: 'x'.repeat(262_144) } }),
    want: ['metadata.annotations: Too long: may not be more than 262144 bytes'],
  },
  'a finalizer is qualified': {
    meta: given({ finalizers: ['mine', 'orphan', 'a.b/c'] }),
    want: [
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
  },
  'an owner is named whole': {
    meta: given({ ownerReferences: [{ apiVersion: 'a/b/c', kind: 'X', name: 'x', uid: '' }] }),
    want: [
      'metadata.ownerReferences[0].apiVersion: Invalid value: "a/b/c": must be <group>/<version> or <version>',
      'metadata.ownerReferences[0].uid: Required value: must not be empty',
    ],
  },
  'managed fields are of a known operation': {
    meta: given({ managedFields: [{ operation: 'Guess' }] }),
    want: [
      'metadata.managedFields[0].operation: Unsupported value: "Guess": supported values: "Apply", "Update"',
    ],
  },
};
for (const [name, { meta, want }] of Object.entries(creations)) {
  test(name, () => {
    const words = inWords(validateObjectMeta(meta, namespaced));
    expect(words).toEqual(
      want.map((message) => (message instanceof RegExp ? expect.stringMatching(message) : message)),
    );
  });
}

test('one controller only', () => {
  const owner = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', name, uid: name, controller: true });
  const [error] = validateObjectMeta(given({ ownerReferences: [owner('a'), owner('b')] }), namespaced);
  expect(error!.detail).toBe(
    'Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/b',
  );
});

test('an object without a namespace must not have one', () =>
  expect(inWords(validateObjectMeta(given({}), { ...namespaced, namespaced: false }))).toEqual([
    'metadata.namespace: Forbidden: not allowed on this type',
  ]));

const updates: Record<string, { meta: ObjectMeta; stored: ObjectMeta; want: string[] }> = {
  'what is unchanged is right': {
    meta: { resourceVersion: '1' },
    stored: { resourceVersion: '1' },
    want: [],
  },
  'a uid stays': {
    meta: { resourceVersion: '1', uid: 'b' },
    stored: { uid: 'a' },
    want: ['metadata.uid: Invalid value: "b": field is immutable'],
  },
  'a version is required': {
    meta: {},
    stored: {},
    want: ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
  },
  'nothing new may hold an object that is being deleted': {
    meta: { resourceVersion: '1', deletionTimestamp: 't', finalizers: ['x/y', 'a/b'] },
    stored: { deletionTimestamp: 't', finalizers: ['x/y'] },
    want: [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/b"}',
    ],
  },
};
for (const [name, { meta, stored, want }] of Object.entries(updates)) {
  test(name, () => expect(inWords(validateObjectMetaUpdate(meta, stored))).toEqual(want));
}

test('a field manager is printable and short', () => {
  expect(validateFieldManager('kubectl-client-side-apply', 'fieldManager')).toEqual([]);
  expect(inWords(validateFieldManager('a\n', 'fieldManager'))).toEqual([
    'fieldManager: Invalid value: "a\\n": invalid character U+000A (at position 1)',
  ]);
  expect(inWords(validateFieldManager('a'.repeat(129), 'fieldManager'))).toEqual([
    'fieldManager: Too long: may not be more than 128 bytes',
  ]);
});

test('a label selector names the field that is wrong', () =>
  expect(
    inWords(
      validateLabelSelector(
        {
          matchExpressions: [
            { key: 'a', operator: 'In' },
            { key: 'a', operator: 'Exists', values: ['b'] },
            { key: 'a', operator: 'Near' },
          ],
        },
        'spec.selector',
      ),
    ),
  ).toEqual([
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
  ]));
