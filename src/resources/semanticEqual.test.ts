import { expect, test } from 'vitest';
import { semanticEqual } from './semanticEqual.ts';

const cases: [name: string, a: unknown, b: unknown, equal: boolean][] = [
  ['an empty list equals none', { tolerations: [] }, {}, true],
  ['an empty map equals none', { spec: { nodeSelector: {} } }, { spec: {} }, true],
  ['a list equals the same list', [1, { a: 2 }], [1, { a: 2 }], true],
  ['order counts in a list', [1, 2], [2, 1], false],
  ['false is not none', { hostNetwork: false }, {}, false],
  ['a value more is a difference', { a: 1 }, { a: 1, b: 2 }, false],
  ['a value less is a difference', { a: 1, b: 2 }, { a: 1 }, false],
  ['a label named constructor is not inherited', { constructor: 'x' }, {}, false],
];
test.each(cases)('%s', (_, a, b, equal) => expect(semanticEqual(a, b)).toBe(equal));
