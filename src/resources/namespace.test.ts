import { expect, test } from 'vitest';
import type { Namespace } from '../generated/types.ts';
import { namespaces } from './namespace.ts';

const namespace = (name: string, spec: Namespace['spec'] = {}): Namespace => ({ metadata: { name }, spec });

test('a new namespace is active, and is kept until it is empty', () => {
  const given = namespace('web');
  namespaces.prepareCreate!(given);
  expect(given).toEqual({
    metadata: { name: 'web', labels: { 'kubernetes.io/metadata.name': 'web' } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
});

test('only the server takes the finalizer off', () => {
  const stored = namespace('web', { finalizers: ['kubernetes'] });
  const next = namespace('web', { finalizers: [] });
  namespaces.prepareUpdate!(next, stored);
  expect(next.spec).toEqual({ finalizers: ['kubernetes'] });
});

test('its name is a DNS label, and so is the prefix of a generated one', () => {
  expect(namespaces.nameProblems!('web-1', false)).toEqual([]);
  expect(namespaces.nameProblems!('web-', true)).toEqual([]);
  expect(namespaces.nameProblems!('web-', false)).not.toEqual([]);
  expect(namespaces.nameProblems!('a.b', false)).toEqual(['must not contain dots']);
});
