import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// What the program reads at run time beside its code: the API's structure and its descriptions.
const root = join(import.meta.dirname, '..');
const [from, to] = [join(root, 'src/generated'), join(root, 'dist/generated')];
mkdirSync(to, { recursive: true });
for (const file of readdirSync(from)) if (file.endsWith('.json')) cpSync(join(from, file), join(to, file));
