import { expect, test } from 'vitest';
import { valueInEnvFile } from './envFile.ts';

const cases: Record<string, { text: string; want: string | undefined }> = {
  'a value': { text: "# of the database\n  A='x y'\n", want: 'x y' },
  'a value of several lines': { text: "B='b'\nA='one\n#two\n' # three\n", want: 'one\n#two\n' },
  'a name within a value': { text: "B='\nA=\n'\nA='x'", want: 'x' },
  'the first of two': { text: "A='x'\nA='y'", want: 'x' },
  'one that is not there': { text: "B='b'\n", want: undefined },
  'a value that is apart': { text: "A= 'x'", want: '' },
};
for (const [name, { text, want }] of Object.entries(cases)) {
  test(`${name} is found`, () => expect(valueInEnvFile(text, 'A')).toBe(want));
}

const refused: Record<string, { text: string; want: string }> = {
  'no quotes': { text: 'A=x', want: 'at line 1: value must be enclosed in single quotes' },
  'double quotes': { text: 'A="x"', want: 'at line 1: value must be enclosed in single quotes' },
  'two values': { text: "\nA='x''y'", want: 'at line 2: unexpected content after closing quote' },
  'no value': { text: 'export', want: "at line 1: missing '='" },
  'no name': { text: "='x'", want: 'at line 1: empty variable name' },
  'a blank before it': { text: "A ='x'", want: "at line 1: whitespace before '=' is not allowed" },
  'no end': { text: "A='x\n", want: 'at line 1: unclosed single quote' },
};
for (const [name, { text, want }] of Object.entries(refused)) {
  test(`${name} is refused`, () =>
    expect(() => valueInEnvFile(text, 'A')).toThrow(`invalid environment variable format ${want}`));
}
