import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const documentation = readFileSync(join(import.meta.dirname, '../../docs/library.md'), 'utf8');
const examples = readdirSync(import.meta.dirname).filter((name) => !name.startsWith('documented'));

test.each(examples)('%s stands in docs/library.md as it is', (name) => {
  expect(documentation).toContain(readFileSync(join(import.meta.dirname, name), 'utf8').trim());
});
