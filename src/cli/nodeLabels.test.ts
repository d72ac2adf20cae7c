import { expect, test } from 'vitest';
import { parseNodeLabels } from './nodeLabels.ts';

test('pairs are read, one option after the other', () => {
  const first = parseNodeLabels('disk=ssd,example.com/zone=b');
  expect(parseNodeLabels('empty=', first)).toEqual({ disk: 'ssd', 'example.com/zone': 'b', empty: '' });
});

const refusals: Record<string, RegExp> = {
  disk: /^"disk" must be <key>=<value>\.$/,
  'a=b=c': /^"a=b=c" must be/,
  'a=b,': /^"" must be/,
  '=b': /^"=b": name part must be non-empty/,
  'a=b c': /^"a=b c": a valid label must be/,
  '__proto__=x': /^"__proto__=x": name part must consist of/,
};
for (const [text, message] of Object.entries(refusals)) {
  test(`"${text}" is refused`, () => expect(() => parseNodeLabels(text)).toThrow(message));
}
