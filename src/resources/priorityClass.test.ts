import { expect, test } from 'vitest';
import { errorMessage } from '../apimachinery/fieldErrors.ts';
import type { PriorityClass } from '../generated/types.ts';
import { priorityClasses } from './priorityClass.ts';

const named = (name: string, value: number): PriorityClass => ({ metadata: { name }, value });

const cases: [string, PriorityClass, string[]][] = [
  ['a billion is the most a user may give', named('high', 1_000_000_000), []],
  [
    'more is refused',
    named('high', 1_000_000_001),
    ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
  ],
  ['the system’s own classes are right', named('system-node-critical', 2_000_001_000), []],
  [
    'their prefix is reserved',
    named('system-mine', 1),
    ["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only"],
  ],
];
for (const [name, given, want] of cases) {
  test(name, () => expect(priorityClasses.validate(given).map((error) => errorMessage(error))).toEqual(want));
}

test('a value stays', () => {
  const errors = priorityClasses.validateUpdate(named('a', 2), named('a', 1));
  expect(errors.map((error) => errorMessage(error))).toEqual([
    'value: Forbidden: may not be changed in an update.',
  ]);
});
