import { expect, test } from 'vitest';
import { parsePodMaxPids } from './podMaxPidsOption.ts';

for (const [text, count] of Object.entries({ '-1': -1, '1': 1, '100': 100, '4194304': 4_194_304 }))
  test(`a pod may be given ${text} as the limit of its processes`, () => {
    expect(parsePodMaxPids(text)).toBe(count);
  });

for (const text of ['0', '-2', '4194305', '1e3', '0x10', '1.5', 'many', '', ' ', ' 5'])
  test(`"${text}" is refused as the limit of a pod's processes, with what would be valid`, () => {
    expect(() => parsePodMaxPids(text)).toThrow('It must be a number from 1 to 4194304, or -1 for no limit.');
  });
