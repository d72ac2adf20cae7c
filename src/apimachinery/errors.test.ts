import { expect, test } from 'vitest';
import { invalid } from './errors.ts';
import { invalidValue, required } from './fieldErrors.ts';

const pod = { group: '', kind: 'Pod' };
const wrong = (...errors: Parameters<typeof invalid>[2]) => invalid(pod, 'p', errors);

test.each([
  ['one error stands alone', wrong(required('a')), 'a: Required value'],
  [
    'several are a list',
    wrong(required('a'), invalidValue('b', 1, 'no')),
    '[a: Required value, b: Invalid value: 1: no]',
  ],
  ['what is said twice is one error', wrong(required('a'), required('a')), 'a: Required value'],
])('of the message: %s', (_, error, want) => {
  expect(error.message).toBe(`Pod "p" is invalid: ${want}`);
});

test('what is said twice is two causes', () => {
  const cause = { reason: 'FieldValueRequired', message: 'Required value', field: 'a' };
  expect(wrong(required('a'), required('a')).details!.causes).toEqual([cause, cause]);
});
